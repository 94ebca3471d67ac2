#!/usr/bin/env python3
"""Reads the stored blocks of a history, `application/vnd.sinal.chunk`, into columns. docs/contracts/chunk-format.md is the format.

    SINAL_TOKEN=… python3 chunks.py 'http://127.0.0.1:8080/telemetry/history?agent_id=vitals&stream=ecg' --csv
    python3 chunks.py saved.chunks

    from chunks import read
    for chunk in read(open("saved.chunks", "rb")):
        chunk.timestamps           # array of int64, UTC ns since 1970
        chunk.columns[0].values    # array of the channel's own type, every bit as it was recorded; a list of str for text
        chunk.columns[0][17]       # one value, None where there is none

One chunk is in memory at a time. Bytes that break a rule of the format raise ChunkError, which names the field.
"""
import argparse, math, os, re, struct, sys, zlib
from array import array
from itertools import accumulate

ACCEPT = "application/vnd.sinal.chunk"
SAMPLES, CHANNELS, VALUES, LENGTH = 1_000_000, 16_384, 1 << 24, 64 << 20  # what fits into a chunk
TEXT, TEXT_SECTION = 1 << 20, 32 << 20  # UTF-16 units of one string, bytes of all strings of a channel
FIXED = struct.Struct("<4s4B3IIqqqqHBBIIII")  # the header up to the stream id
ENTRY = struct.Struct("<4BIIIddd")  # one channel of its table
FORMATS = {1: "float32", 2: "double64", 3: "string", 4: "int32", 5: "int16", 6: "int8", 7: "int64"}
CODES = {"float32": "f", "double64": "d", "int32": "i", "int16": "h", "int8": "b", "int64": "q"}  # for array
BASES = {1: "lsl", 2: "unix", 3: "arrival", 4: "client"}
RAW, CONSTANT, PACKED, DEFLATE, DELTA_DEFLATE, RAMP, PLAIN_TEXT, TEXT_DEFLATE, FROM_RAW_STAMPS = range(9)


class ChunkError(ValueError):
    """Not a chunk of this format. `field` is what is wrong; `limit` is what it may be at most, None if that is not the point."""

    def __init__(self, field, detail, limit=None):
        super().__init__(f"chunk {field}: {detail}" + ("" if limit is None else f" (limit {limit})"))
        self.field, self.limit = field, limit


def check(field, value, limit):
    if not 0 <= value <= limit:
        raise ChunkError(field, f"{value} is not within 0 to {limit}", limit)
    return value


class Column:
    """The values of one channel. `present` says for each sample whether there is one, None when all are there. Where there is none,
    `values` has 0 or "". `valid` values are there and finite; `low`, `high` and `mean` are theirs, NaN when there are none."""

    def __init__(self, kind, present, values, valid, low, high, mean):
        self.kind, self.present, self.values = kind, present, values
        self.valid, self.low, self.high, self.mean = valid, low, high, mean

    def __len__(self):
        return len(self.values)

    def __getitem__(self, i):
        return self.values[i] if self.present is None or self.present[i] else None


class Chunk:
    """Consecutive samples of one epoch: sample i has the number first_seq + i. `timestamps` are UTC ns, `raw_stamps` seconds of the
    producer's clock, None when it gave none. `channels` picks channels by number; the others are not looked at."""

    def __init__(self, data, channels=None):
        at, entries = self._header(data)
        stamps, at = section("timestamps", data, at, self._stamps_length, self._stamps_crc), at + self._stamps_length
        raw, at = section("rawStamps", data, at, self._raw_length, self._raw_crc), at + self._raw_length
        self.raw_stamps = read_raw_stamps(raw, self._raw_codec, self.count) if self._has_raw else None
        self.timestamps = read_timestamps(stamps, self._stamps_codec, self.count, self.raw_stamps)
        starts = list(accumulate((entry[4] for entry in entries), initial=at))
        wanted = range(len(entries)) if channels is None else channels
        if not all(0 <= c < len(entries) for c in wanted):
            raise IndexError(f"the chunk has the channels 0 to {len(entries) - 1}, not all of {list(wanted)}")
        self.columns = [self._column(data, starts[c], entries[c]) for c in wanted]

    def _header(self, data):
        if len(data) < FIXED.size:
            raise ChunkError("length", f"{len(data)} bytes are too few for a header")
        (magic, version, flags, basis, id_length, length, header_length, header_crc, self.count, self.epoch, self.first_seq,
         self.min_timestamp, self.max_timestamp, channels, self._stamps_codec, self._raw_codec, self._stamps_length,
         self._stamps_crc, self._raw_length, self._raw_crc) = FIXED.unpack_from(data)
        if magic != b"SNLK":
            raise ChunkError("magic", "these bytes are no chunk")
        if version != 1:
            raise ChunkError("version", f"version {version} is not understood here", 1)
        if not 1 <= id_length <= 64:
            raise ChunkError("streamId", f"{id_length} characters, not 1 to 64", 64)
        check("channels", channels, CHANNELS)
        if header_length != FIXED.size + id_length + channels * ENTRY.size or header_length > len(data):
            raise ChunkError("headerLength", f"{header_length} does not fit {channels} channels and {len(data)} bytes")
        if crc32c(data[20:header_length], crc32c(data[:16])) != header_crc:
            raise ChunkError("headerCrc", "the header is damaged")
        if flags & ~3:
            raise ChunkError("flags", "unknown flag")
        self.sorted, self._has_raw = bool(flags & 1), bool(flags & 2)
        name = bytes(data[FIXED.size:FIXED.size + id_length])
        if not all(0x21 <= byte <= 0x7E for byte in name):
            raise ChunkError("streamId", "is not printable ASCII")
        if basis not in BASES:
            raise ChunkError("basis", f"unknown time basis {basis}", len(BASES))
        if self.count < 1:
            raise ChunkError("count", "no samples", SAMPLES)
        check("count", self.count, SAMPLES)
        check("values", self.count * channels, VALUES)
        check("epoch", self.epoch, 2**63 - 1)
        check("firstSeq", self.first_seq, 2**63 - 1 - self.count)
        self.stream_id, self.basis = name.decode(), BASES[basis]
        entries = [ENTRY.unpack_from(data, FIXED.size + id_length + c * ENTRY.size) for c in range(channels)]
        for kind, _, channel_flags, reserved, size, _, valid, *_ in entries:
            if kind not in FORMATS:
                raise ChunkError("format", f"unknown format code {kind}", len(FORMATS))
            if channel_flags & ~1 or reserved:
                raise ChunkError("channelFlags", "unknown flag")
            check("channel", size, LENGTH)
            check("valid", valid, self.count)
        if self._raw_length and not self._has_raw:
            raise ChunkError("rawStamps", "bytes without their flag")
        total = header_length + self._stamps_length + self._raw_length + sum(entry[4] for entry in entries)
        check("length", total, LENGTH)
        if total != length or total != len(data):
            raise ChunkError("length", f"{length}, but the sections have {total} and {len(data)} bytes are here", length)
        return header_length, entries

    def _column(self, data, at, entry):
        kind, codec, flags, _, length, crc, valid, low, high, mean = entry
        kind, present, values_there = FORMATS[kind], None, self.count
        part = section("channel", data, at, length, crc)
        if flags & 1:
            bits = int.from_bytes(part.take((self.count + 7) // 8), "little")
            if bits >> self.count:
                raise ChunkError("channel", "presence of a sample that does not exist")
            present = [bit == "1" for bit in reversed(f"{bits:0{self.count}b}")]
            values_there = sum(present)
        if kind == "string":
            values = read_texts(part, codec, values_there)
        else:
            values = numbers(CODES[kind], read_words(part, codec, kind, values_there))
        if present is not None:
            there = iter(values)
            values = (next(there) if here else "" for here in present) if kind == "string" else spread(values, present)
        return Column(kind, present, list(values) if kind == "string" else values, valid, low, high, mean)


def spread(values, present):
    """Word by word: a float would lose the bits of a NaN on the way."""
    width, words = values.itemsize, values.tobytes()
    there, nothing = (words[at:at + width] for at in range(0, len(words), width)), bytes(width)
    out = array(values.typecode)
    out.frombytes(b"".join(next(there) if here else nothing for here in present))
    return out


def numbers(code, words):
    """An array of little-endian words, in the byte order of this machine."""
    out = array(code)
    out.frombytes(words)
    if sys.byteorder == "big":
        out.byteswap()
    return out


def words(code, values):
    """The other way. Fails when a value does not fit the type."""
    try:
        out = array(code, values)
    except OverflowError:
        raise ChunkError("channel", "a value is outside its format") from None
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()


# CRC-32C (Castagnoli), two bytes a step.
_ONE = [i for i in range(256)]
for _ in range(8):
    _ONE = [x >> 1 ^ (0x82F63B78 if x & 1 else 0) for x in _ONE]
_TWO = [_ONE[i >> 8 ^ (_ONE[i & 255] & 255)] ^ _ONE[i & 255] >> 8 for i in range(65536)]


def crc32c(data, before=0):
    crc, even = before ^ 0xFFFFFFFF, len(data) & ~1
    for pair in numbers("H", data[:even]):
        crc = _TWO[(crc ^ pair) & 0xFFFF] ^ crc >> 16
    for byte in data[even:]:
        crc = _ONE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def section(field, data, at, length, crc):
    part = bytes(data[at:at + length])
    if crc32c(part) != crc:
        raise ChunkError(field, "damaged: the CRC does not match")
    return Section(field, part)


class Section:
    """The bytes of one section. Every read past their end is an error that names the section."""

    def __init__(self, field, data):
        self.field, self.data, self.at = field, data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise ChunkError(self.field, f"ends {count - len(self.data) + self.at} bytes early")
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.take(1)[0]

    def f64(self):
        return struct.unpack("<d", self.take(8))[0]

    def varint(self):
        value = 0
        for shift in range(0, 64, 7):
            byte = self.u8()
            value |= (byte & 127) << shift
            if byte < 128:
                if value >> 64:
                    break
                return value
        raise ChunkError(self.field, "a number of more than 64 bits")

    def zigzag(self):
        return unzigzag(self.varint())

    def count(self, limit):
        return check(self.field, self.varint(), limit)

    def end(self):
        if self.at != len(self.data):
            raise ChunkError(self.field, f"{len(self.data) - self.at} bytes too many")

    def inflate(self, length):
        """What is left, which must inflate to exactly so many bytes."""
        inflater = zlib.decompressobj(-15)
        try:
            out = inflater.decompress(self.take(len(self.data) - self.at), length + 1)
        except zlib.error as failure:
            raise ChunkError(self.field, f"is not DEFLATE data: {failure}") from None
        if len(out) != length or not inflater.eof or inflater.unused_data:
            raise ChunkError(self.field, f"does not end after {length} inflated bytes", length)
        return out


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def rint(value):
    """To the nearest integer, half to even, saturated to int64; NaN is 0."""
    if math.isnan(value):
        return 0
    return -(2**63) if value < -(2.0**63) else 2**63 - 1 if value >= 2.0**63 else round(value)


def wrapped(values):
    """As int64."""
    if values and (min(values) < -(2**63) or max(values) >= 2**63):
        return [(value + 2**63) % 2**64 - 2**63 for value in values]
    return values


def read_bit_blocks(part, count, rice):
    """Zigzag numbers in blocks of 128, each block in its own width or as Rice codes with a parameter of its own."""
    out = []
    for start in range(0, count, 128):
        n, width = min(128, count - start), part.u8()
        highs = rice and width >= 128
        width = check(part.field, width - 128, 56) if highs else check(part.field, width, 64)
        bits, mask = int.from_bytes(part.take((n * width + 7) // 8), "little"), (1 << width) - 1
        values = [bits >> shift & mask for shift in range(0, n * width, width)] if width else [0] * n
        if highs:
            values = [value + (high << width) & 2**64 - 1 for value, high in zip(values, read_highs(part, n))]
        out += map(unzigzag, values)
    return out


def read_highs(part, n):
    """For each number so many zeros and a one; 24 zeros say that a varint follows the block with what is above 24."""
    window = part.data[part.at:part.at + (n * 25 + 7) // 8]
    bits = bin(int.from_bytes(window, "little") | 1 << 8 * len(window))[:2:-1]  # low bits first
    runs = bits.split("1", n)
    highs = [len(run) for run in runs[:n]]
    if len(runs) <= n or max(highs) > 24:
        raise ChunkError(part.field, "a unary number of more than 24", 24)
    part.take((sum(highs) + n + 7) // 8)
    return [high if high < 24 else 24 + part.varint() for high in highs]


def read_packed(part, count):
    """`Packed longs` fill what is left of a section."""
    mode = part.u8()
    order = mode & 7
    if mode & 0x30 or order > 4:
        raise ChunkError(part.field, f"unknown packing mode {mode}")
    base, multiple = (part.zigzag(), part.varint()) if mode & 0x40 else (0, 1)
    seeds = [part.zigzag() for _ in range(min(count, 1 if order == 4 else order))]
    slope = part.f64() if order == 4 else 0.0
    left = count - len(seeds)
    residuals = [0] * left if mode & 0x80 else read_bit_blocks(part, left, bool(mode & 8))
    part.end()
    values = seeds + residuals
    if order == 4:
        values[1:] = [seeds[0] + rint(i * slope) + residual for i, residual in enumerate(residuals, 1)]
    else:
        for level in reversed(range(order)):  # sums of sums of sums
            values[level:] = accumulate(values[level:])
    return wrapped([base + multiple * value for value in values] if mode & 0x40 else values)


def read_corrections(part, count, width):
    """Pairs of a place and the word that belongs there."""
    out, place = [], 0
    for _ in range(part.count(count)):
        place += part.count(count)
        check(part.field, place, count - 1)
        out.append((place, part.take(width)))
        place += 1
    return out


def scaled(number, exponent):
    try:
        return math.ldexp(number, exponent)
    except OverflowError:
        return math.copysign(math.inf, number)


def read_grid(part, kind, count):
    """Whole numbers that a rule turns into floats. Each operation is one in double precision, so all readers get the same bits."""
    tag, code = part.u8(), CODES[kind]
    width = array(code).itemsize
    if tag == 0:
        return words({1: "b", 2: "h", 4: "i", 8: "q"}[width], read_packed(part, count))
    if kind not in ("float32", "double64") or tag > 3:
        raise ChunkError(part.field, f"unknown grid {tag} for {kind}", 3)
    if tag == 1:
        power = float(10 ** check(part.field, part.u8(), 15))
        rule = lambda k: float(k) / power
    elif tag == 2:
        exponent = struct.unpack("<h", part.take(2))[0]
        rule = lambda k: scaled(float(k), exponent)
    else:
        offset, step = part.f64(), part.f64()
        rule = lambda k: offset + float(k) * step
    corrections = read_corrections(part, count, width)
    out = bytearray(words(code, map(rule, read_packed(part, count))))
    for place, word in corrections:
        out[place * width:place * width + width] = word
    return bytes(out)


def read_words(part, codec, kind, count):
    """The values of a section as little-endian bytes."""
    width = array(CODES[kind]).itemsize
    if codec == RAW:
        out = part.take(count * width)
    elif codec == CONSTANT:
        out = part.take(width) * count
    elif codec == PACKED:
        out = read_grid(part, kind, count)
    elif codec in (DEFLATE, DELTA_DEFLATE):
        plain, out = part.inflate(count * width), bytearray(count * width)
        for b in range(width):
            out[b::width] = plain[b * count:b * count + count]
        if codec == DELTA_DEFLATE:
            code, mask = {1: "B", 2: "H", 4: "I", 8: "Q"}[width], (1 << 8 * width) - 1
            out = words(code, (value & mask for value in accumulate(numbers(code, out))))
    else:
        raise ChunkError("codec", f"{codec} is not for {kind}")
    part.end()
    return bytes(out)


def read_ramp(part, count):
    """Stamps that grow by adding the same step again and again."""
    value, step = part.f64(), part.f64()
    corrections = dict(read_corrections(part, count, 8))
    part.end()
    out = bytearray()
    for i in range(count):
        word = corrections.get(i)
        value = struct.unpack("<d", word)[0] if word else value + step if i else value
        out += word or struct.pack("<d", value)
    return bytes(out)


def read_raw_stamps(part, codec, count):
    return numbers("d", read_ramp(part, count) if codec == RAMP else read_words(part, codec, "double64", count))


def read_timestamps(part, codec, count, raw):
    if codec == RAW:
        return numbers("q", read_words(part, codec, "int64", count))
    if codec == PACKED:
        return array("q", read_packed(part, count))
    if codec == FROM_RAW_STAMPS and raw is not None:
        first = raw[0]
        return array("q", wrapped([p + rint((r - first) * 1e9) for p, r in zip(read_packed(part, count), raw)]))
    raise ChunkError("codec", f"{codec} is not for timestamps" + ("" if raw is not None else " without raw stamps"))


def read_texts(part, codec, count):
    if codec == TEXT_DEFLATE:
        part = Section(part.field, part.inflate(check("textSection", struct.unpack("<I", part.take(4))[0], TEXT_SECTION)))
    elif codec != PLAIN_TEXT:
        raise ChunkError("codec", f"{codec} is not for text")
    out = []
    for _ in range(count):
        try:
            text = part.take(part.count(3 * TEXT)).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise ChunkError(part.field, "malformed UTF-8") from None
        if re.search("[\ud800-\udbff][\udc00-\udfff]", text):
            raise ChunkError(part.field, "malformed UTF-8: a pair of surrogates written as two")
        check("text", len(text) + sum(char > "\uffff" for char in text), TEXT)
        out.append(text)
    part.end()
    return out


def read(stream, channels=None, stream_id=None):
    """The chunks of an answer or a file, one after the other. `channels` and `stream_id` leave out what is not wanted."""
    while True:
        head = exactly(stream, 4, may_end=True)
        if not head:
            return
        length = int.from_bytes(head, "little")
        if not FIXED.size <= length <= LENGTH:
            raise ChunkError("frame", f"a chunk of {length} bytes", LENGTH)
        data = exactly(stream, length)
        if stream_id is None or data[FIXED.size:FIXED.size + data[7]] == stream_id.encode():
            yield Chunk(data, channels)


def exactly(stream, count, may_end=False):
    data = bytearray()
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            if may_end and not data:
                break
            raise ChunkError("frame", f"ends {count - len(data)} bytes early")
        data += more
    return bytes(data)


def open_source(source):
    if not source.startswith(("http://", "https://")):
        return sys.stdin.buffer if source == "-" else open(source, "rb")
    from urllib.request import Request, urlopen

    headers = {"Accept": ACCEPT, "Authorization": "Bearer " + os.environ.get("SINAL_TOKEN", "")}
    return urlopen(Request(source, None, headers), timeout=60)


def plain(value):
    """As the gateway writes CSV, but for the notation of large numbers."""
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value)


def cell(column, i, bits):
    if column[i] is None:
        return ""
    if not bits:
        return plain(column[i])
    if column.kind == "string":
        return '"' + column[i].encode("utf-16-be", "surrogatepass").hex() + '"'
    word = column.values[i:i + 1]
    return (word.tobytes() if sys.byteorder == "big" else word.tobytes()[::-1]).hex()


def print_rows(chunk, out, bits):
    raw = chunk.raw_stamps and Column("double64", None, chunk.raw_stamps, 0, 0, 0, 0)
    for i, timestamp in enumerate(chunk.timestamps):
        cells = [chunk.stream_id, str(chunk.epoch), str(chunk.first_seq + i), str(timestamp), cell(raw, i, bits) if raw else ""]
        print(*cells, *(cell(column, i, bits) for column in chunk.columns), sep=",", file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", help="URL of a history (token in SINAL_TOKEN), a file, or - for standard input")
    parser.add_argument("--csv", action="store_true", help="print every sample; without it, a line a chunk")
    parser.add_argument("--bits", action="store_true", help="with --csv: values as hexadecimal bits, text as UTF-16 units")
    parser.add_argument("--stream", metavar="ID", help="only the chunks of this stream")
    parser.add_argument("--channels", metavar="0,3,…", help="only these channels, by number, in this order")
    options = parser.parse_args()
    wanted = [int(c) for c in options.channels.split(",")] if options.channels else None
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", errors="surrogatepass", newline="\n", closefd=False)
    seen = None
    with open_source(options.source) as stream, out:
        for chunk in read(stream, wanted, options.stream):
            names = [f"c{c}" for c in wanted or range(len(chunk.columns))]
            if not options.csv:
                kinds = ",".join(column.kind for column in chunk.columns)
                print(chunk.stream_id, f"epoch={chunk.epoch} seq={chunk.first_seq}+{chunk.count} from={chunk.min_timestamp}"
                      f" to={chunk.max_timestamp} basis={chunk.basis} channels={kinds}", file=out)
                continue
            if seen is None:
                print("stream_id", "epoch", "seq", "timestamp", "raw_stamp", *names, sep=",", file=out)
            elif seen != (chunk.stream_id, names):
                raise SystemExit(f"chunks: {chunk.stream_id} has other columns than {seen[0]}; choose one with --stream")
            seen = chunk.stream_id, names
            print_rows(chunk, out, options.bits)


if __name__ == "__main__":
    from urllib.error import HTTPError

    try:
        main()
    except HTTPError as refused:
        raise SystemExit("chunks: refused: " + refused.read().decode(errors="replace"))
    except BrokenPipeError:  # nobody reads any more
        os._exit(0)
    except (ValueError, IndexError, OSError) as failure:
        raise SystemExit(f"chunks: {failure}")
