#!/usr/bin/env node
// Reads the stored blocks of a history, `application/vnd.sinal.chunk`, into columns. docs/contracts/chunk-format.md is the format.
//
//     SINAL_TOKEN=… node chunks.mjs 'http://127.0.0.1:8080/telemetry/history?agent_id=vitals&stream=ecg' --csv
//     node chunks.mjs saved.chunks
//
//     import { read } from './chunks.mjs';
//     for await (const chunk of read(createReadStream('saved.chunks'))) {
//       chunk.timestamps          // BigInt64Array, UTC ns since 1970
//       chunk.columns[0].values   // typed array of the channel's own type, every bit as it was recorded; an array of strings for text
//       chunk.columns[0].at(17)   // one value, undefined where there is none
//     }
//
// One chunk is in memory at a time. Bytes that break a rule of the format throw a ChunkError, which names the field.
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inflateRawSync } from 'node:zlib';

const ACCEPT = 'application/vnd.sinal.chunk';
const SAMPLES = 1_000_000, CHANNELS = 16_384, VALUES = 2 ** 24, LENGTH = 2 ** 26; // what fits into a chunk
const TEXT = 2 ** 20, TEXT_SECTION = 2 ** 25; // UTF-16 units of one string, bytes of all strings of a channel
const FIXED = 76, ENTRY = 40; // bytes of the header up to the stream id, and of one channel
const FORMATS = [, 'float32', 'double64', 'string', 'int32', 'int16', 'int8', 'int64'];
const ARRAYS = { float32: Float32Array, double64: Float64Array, int32: Int32Array, int16: Int16Array, int8: Int8Array, int64: BigInt64Array };
const BASES = [, 'lsl', 'unix', 'arrival', 'client'];
const [RAW, CONSTANT, PACKED, DEFLATE, DELTA_DEFLATE, RAMP, PLAIN_TEXT, TEXT_DEFLATE, FROM_RAW_STAMPS] = Array(9).keys();
const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Not a chunk of this format. `field` is what is wrong; `limit` is what it may be at most, undefined if that is not the point. */
export class ChunkError extends Error {
  constructor(field, detail, limit) {
    super(`chunk ${field}: ${detail}` + (limit === undefined ? '' : ` (limit ${limit})`));
    Object.assign(this, { name: 'ChunkError', field, limit });
  }
}

function check(field, value, limit) {
  if (!(value >= 0 && value <= limit)) throw new ChunkError(field, `${value} is not within 0 to ${limit}`, limit);
  return value;
}

/** The values of one channel. `present` has a 1 for each sample that has a value, null when all have. Where there is none, `values` has 0
 *  or ''. `valid` values are there and finite; `min`, `max` and `mean` are theirs, NaN when there are none. */
class Column {
  constructor(format, present, values, stats) {
    Object.assign(this, { format, present, values }, stats);
  }

  at(i) {
    return !this.present || this.present[i] ? this.values[i] : undefined;
  }
}

/** Consecutive samples of one epoch: sample i has the number firstSeq + BigInt(i). `timestamps` are UTC ns, `rawStamps` seconds of the
 *  producer's clock, null when it gave none.
 *  @param channels picks channels by number; the others are not looked at */
export function decode(bytes, channels) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { chunk, entries, at, stamps, raw } = header(bytes, view);
  const stampsPart = section('timestamps', bytes, at, stamps);
  const rawPart = section('rawStamps', bytes, at + stamps.length, raw);
  chunk.rawStamps = raw.there ? readRawStamps(rawPart, raw.codec, chunk.count) : null;
  chunk.timestamps = readTimestamps(stampsPart, stamps.codec, chunk.count, chunk.rawStamps);
  chunk.columns = (channels ?? [...entries.keys()]).map(c => {
    if (!entries[c]) throw new RangeError(`the chunk has the channels 0 to ${entries.length - 1}, not ${c}`);
    return readColumn(section('channel', bytes, entries[c].at, entries[c]), entries[c], chunk.count);
  });
  return chunk;
}

function header(bytes, view) {
  if (bytes.length < FIXED) throw new ChunkError('length', `${bytes.length} bytes are too few for a header`);
  if (view.getUint32(0, true) !== 0x4b4c4e53) throw new ChunkError('magic', 'these bytes are no chunk');
  if (bytes[4] !== 1) throw new ChunkError('version', `version ${bytes[4]} is not understood here`, 1);
  const flags = bytes[5], basis = BASES[bytes[6]], idLength = bytes[7];
  if (idLength < 1 || idLength > 64) throw new ChunkError('streamId', `${idLength} characters, not 1 to 64`, 64);
  const length = view.getUint32(8, true), headerLength = view.getUint32(12, true), count = view.getUint32(20, true);
  const channels = check('channels', view.getUint16(56, true), CHANNELS);
  if (headerLength !== FIXED + idLength + channels * ENTRY || headerLength > bytes.length) {
    throw new ChunkError('headerLength', `${headerLength} does not fit ${channels} channels and ${bytes.length} bytes`);
  }
  if (crc32c(bytes.subarray(20, headerLength), crc32c(bytes.subarray(0, 16))) !== view.getUint32(16, true)) {
    throw new ChunkError('headerCrc', 'the header is damaged');
  }
  if (flags & ~3) throw new ChunkError('flags', 'unknown flag');
  const id = bytes.subarray(FIXED, FIXED + idLength);
  if (!id.every(byte => byte >= 0x21 && byte <= 0x7e)) throw new ChunkError('streamId', 'is not printable ASCII');
  if (!basis) throw new ChunkError('basis', `unknown time basis ${bytes[6]}`, BASES.length - 1);
  if (count < 1) throw new ChunkError('count', 'no samples', SAMPLES);
  check('count', count, SAMPLES);
  check('values', count * channels, VALUES);
  const epoch = check('epoch', view.getBigInt64(24, true), 2n ** 63n - 1n);
  const firstSeq = check('firstSeq', view.getBigInt64(32, true), 2n ** 63n - 1n - BigInt(count));
  const stamps = { codec: bytes[58], length: view.getUint32(60, true), crc: view.getUint32(64, true) };
  const raw = { there: (flags & 2) !== 0, codec: bytes[59], length: view.getUint32(68, true), crc: view.getUint32(72, true) };
  if (raw.length && !raw.there) throw new ChunkError('rawStamps', 'bytes without their flag');
  let end = headerLength + stamps.length + raw.length;
  const entries = [];
  for (let c = 0; c < channels; c++) {
    const at = FIXED + idLength + c * ENTRY, format = FORMATS[bytes[at]];
    if (!format) throw new ChunkError('format', `unknown format code ${bytes[at]}`, FORMATS.length - 1);
    if (bytes[at + 2] & ~1 || bytes[at + 3]) throw new ChunkError('channelFlags', 'unknown flag');
    const entry = { format, codec: bytes[at + 1], bitmap: bytes[at + 2] === 1, at: end, length: check('channel', view.getUint32(at + 4, true), LENGTH),
      crc: view.getUint32(at + 8, true), valid: check('valid', view.getUint32(at + 12, true), count),
      min: view.getFloat64(at + 16, true), max: view.getFloat64(at + 24, true), mean: view.getFloat64(at + 32, true) };
    entries.push(entry);
    end += entry.length;
  }
  check('length', end, LENGTH);
  if (end !== length || end !== bytes.length) {
    throw new ChunkError('length', `${length}, but the sections have ${end} and ${bytes.length} bytes are here`, length);
  }
  const chunk = { streamId: String.fromCharCode(...id), epoch, firstSeq, count, basis, sorted: (flags & 1) === 1,
    minTimestamp: view.getBigInt64(40, true), maxTimestamp: view.getBigInt64(48, true) };
  return { chunk, entries, at: headerLength, stamps, raw };
}

function readColumn(part, { format, codec, bitmap, valid, min, max, mean }, count) {
  let present = null, there = count;
  if (bitmap) {
    const bits = part.take(Math.ceil(count / 8));
    present = Uint8Array.from({ length: count }, (_, i) => bits[i >> 3] >> (i & 7) & 1);
    if (count & 7 && bits[bits.length - 1] >> (count & 7)) throw new ChunkError('channel', 'presence of a sample that does not exist');
    there = present.reduce((sum, bit) => sum + bit, 0);
  }
  let values;
  if (format === 'string') {
    const texts = readTexts(part, codec, there);
    let next = 0;
    values = present ? Array.from(present, bit => bit ? texts[next++] : '') : texts;
  } else {
    const words = readWords(part, codec, format, there);
    values = numbers(format, present ? spread(words, present, ARRAYS[format].BYTES_PER_ELEMENT) : words);
  }
  return new Column(format, present, values, { valid, min, max, mean });
}

// Byte by byte: a float would lose the bits of a NaN on the way.
function spread(words, present, width) {
  const out = new Uint8Array(present.length * width);
  for (let i = 0, at = 0; i < present.length; i++) {
    if (present[i]) {
      out.set(words.subarray(at, at + width), i * width);
      at += width;
    }
  }
  return out;
}

// A typed array of little-endian words, in the byte order of this machine; and the other way.
function numbers(format, words) {
  const width = ARRAYS[format].BYTES_PER_ELEMENT, own = new Uint8Array(words); // a copy is aligned
  return new ARRAYS[format](swapped(own, width).buffer);
}

function bytesOf(array) {
  return swapped(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), array.BYTES_PER_ELEMENT);
}

function swapped(bytes, width) {
  if (!LITTLE) for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}

// CRC-32C (Castagnoli).
const CRC = Uint32Array.from({ length: 256 }, (_, i) => {
  for (let bit = 0; bit < 8; bit++) i = i >>> 1 ^ (i & 1 ? 0x82f63b78 : 0);
  return i;
});

function crc32c(bytes, before = 0) {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ crc >>> 8;
  return ~crc >>> 0;
}

function section(field, bytes, at, { length, crc }) {
  const part = bytes.subarray(at, at + length);
  if (crc32c(part) !== crc) throw new ChunkError(field, 'damaged: the CRC does not match');
  return new Section(field, part);
}

/** The bytes of one section. Every read past their end is an error that names the section. */
class Section {
  constructor(field, bytes) {
    Object.assign(this, { field, bytes, at: 0, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) });
  }

  skip(count) {
    const missing = count - (this.bytes.length - this.at);
    if (missing > 0) throw new ChunkError(this.field, `ends ${missing} bytes early`);
    this.at += count;
    return this.at - count;
  }

  take(count) {
    const from = this.skip(count);
    return this.bytes.subarray(from, this.at);
  }

  u8() {
    return this.bytes[this.skip(1)];
  }

  f64() {
    return this.view.getFloat64(this.skip(8), true);
  }

  varint() {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        if (value >> 64n) break;
        return value;
      }
    }
    throw new ChunkError(this.field, 'a number of more than 64 bits');
  }

  zigzag() {
    const value = this.varint();
    return value >> 1n ^ -(value & 1n);
  }

  count(limit) {
    return Number(check(this.field, this.varint(), BigInt(limit)));
  }

  end() {
    if (this.at !== this.bytes.length) throw new ChunkError(this.field, `${this.bytes.length - this.at} bytes too many`);
  }

  /** What is left, which must inflate to exactly so many bytes. */
  inflate(length) {
    const deflated = this.take(this.bytes.length - this.at);
    let plain;
    try {
      plain = inflateRawSync(deflated, { maxOutputLength: length + 1, info: true });
    } catch (failure) {
      throw new ChunkError(this.field, `is not DEFLATE data of ${length} bytes: ${failure.message}`, length);
    }
    if (plain.buffer.length !== length || plain.engine.bytesWritten !== deflated.length) {
      throw new ChunkError(this.field, `does not end after ${length} inflated bytes`, length);
    }
    return plain.buffer;
  }
}

// To the nearest integer, half to even; exact for every finite number.
function rint(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

// The same as int64: saturated, NaN as 0.
function rintLong(value) {
  if (Number.isNaN(value)) return 0n;
  return value < -(2 ** 63) ? -(2n ** 63n) : value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(rint(value));
}

// Up to 24 bits from a place in bits; bytes beyond the end count as 0.
function bitsAt(bytes, bit, width) {
  const at = bit >>> 3;
  return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> (bit & 7) & (1 << width) - 1;
}

// Numbers where these are exact, else BigInts.
function unsignedAt(bytes, bit, width) {
  if (width <= 24) return bitsAt(bytes, bit, width);
  const low = bitsAt(bytes, bit, 24), middle = bitsAt(bytes, bit + 24, Math.min(24, width - 24));
  if (width <= 48) return low + middle * 2 ** 24;
  const high = bitsAt(bytes, bit + 48, width - 48);
  return width <= 53 ? low + middle * 2 ** 24 + high * 2 ** 48 : BigInt(low) | BigInt(middle) << 24n | BigInt(high) << 48n;
}

function unzigzag(value) {
  if (typeof value === 'bigint') return value >> 1n ^ -(value & 1n);
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

// Zigzag numbers in blocks of 128, each block in its own width or as Rice codes with a parameter of its own.
function readBitBlocks(part, count, rice) {
  const out = new Array(count);
  for (let start = 0; start < count; start += 128) {
    const end = Math.min(count, start + 128), mode = part.u8(), highs = rice && mode >= 128;
    const width = highs ? check(part.field, mode - 128, 56) : check(part.field, mode, 64);
    const bytes = part.take(Math.ceil((end - start) * width / 8));
    for (let i = start, bit = 0; i < end; i++, bit += width) out[i] = unsignedAt(bytes, bit, width);
    if (highs) addHighs(part, out, start, end, width);
    for (let i = start; i < end; i++) out[i] = unzigzag(out[i]);
  }
  return out;
}

// For each number so many zeros and a one; 24 zeros say that a varint follows the block with what is above 24.
function addHighs(part, out, start, end, k) {
  const bytes = part.bytes, highs = [];
  let bit = part.at * 8;
  for (let i = start; i < end; i++, bit++) {
    let high = 0;
    for (; !(bytes[bit >>> 3] >> (bit & 7) & 1); bit++) { // bytes behind the end are zeros
      if (++high > 24) throw new ChunkError(part.field, 'a unary number of more than 24', 24);
    }
    highs.push(high);
  }
  part.skip(Math.ceil(bit / 8) - part.at);
  highs.forEach((high, n) => {
    if (high < 24 && k <= 48) {
      out[start + n] += high * 2 ** k;
    } else {
      const all = high < 24 ? BigInt(high) : 24n + part.varint();
      const value = BigInt.asUintN(64, BigInt(out[start + n]) + (all << BigInt(k)));
      out[start + n] = value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    }
  });
}

// `Packed longs` fill what is left of a section. Value i is origin + multiple * steps[i] in 64 bits; steps are numbers where these are exact.
function readPacked(part, count) {
  const mode = part.u8(), order = mode & 7;
  if (mode & 0x30 || order > 4) throw new ChunkError(part.field, `unknown packing mode ${mode}`);
  const base = mode & 0x40 ? part.zigzag() : 0n, multiple = mode & 0x40 ? part.varint() : 1n;
  const seeds = Array.from({ length: Math.min(count, order === 4 ? 1 : order) }, () => part.zigzag());
  const slope = order === 4 ? part.f64() : 0;
  const residuals = mode & 0x80 ? new Array(count - seeds.length).fill(0) : readBitBlocks(part, count - seeds.length, (mode & 8) !== 0);
  part.end();
  const first = seeds.length ? seeds[0] : 0n;
  if (seeds.length) seeds[0] = 0n; // the sums below are relative to it
  return { origin: base + multiple * first, multiple, steps: exactSums(order, seeds, residuals, slope) ?? longSums(order, seeds, residuals, slope) };
}

// Sums of sums of sums, as many as the order says; null when one is beyond 2^53.
function exactSums(order, seeds, residuals, slope) {
  const steps = seeds.map(Number).concat(residuals);
  for (let i = 0; i < steps.length; i++) if (!Number.isSafeInteger(steps[i])) return null; // a BigInt, too
  if (order === 4) {
    for (let i = 1; i < steps.length; i++) if (!Number.isSafeInteger(steps[i] += rint(i * slope))) return null;
    return steps;
  }
  for (let level = order - 1; level >= 0; level--) {
    for (let i = level + 1; i < steps.length; i++) if (!Number.isSafeInteger(steps[i] += steps[i - 1])) return null;
  }
  return steps;
}

function longSums(order, seeds, residuals, slope) {
  const steps = BigInt64Array.from([...seeds, ...residuals].map(step => BigInt.asIntN(64, BigInt(step)))); // its elements wrap
  if (order === 4) {
    for (let i = 1; i < steps.length; i++) steps[i] += rintLong(i * slope);
    return steps;
  }
  for (let level = order - 1; level >= 0; level--) for (let i = level + 1; i < steps.length; i++) steps[i] += steps[i - 1];
  return steps;
}

// As numbers, each rounded to double once.
function packedNumbers({ origin, multiple, steps }) {
  const start = Number(origin), factor = Number(multiple);
  if (steps instanceof Array && Number.isSafeInteger(start) && Number.isSafeInteger(factor)) {
    const out = Float64Array.from(steps, step => start + factor * step);
    let exact = true;
    for (let i = 0; i < steps.length && exact; i++) exact = Number.isSafeInteger(factor * steps[i]) && Number.isSafeInteger(out[i]);
    if (exact) return out;
  }
  return Float64Array.from(packedLongs({ origin, multiple, steps }), Number);
}

function packedLongs({ origin, multiple, steps }) {
  const out = new BigInt64Array(steps.length);
  for (let i = 0; i < out.length; i++) out[i] = origin + multiple * BigInt(steps[i]);
  return out;
}

// Pairs of a place and the word that belongs there.
function readCorrections(part, count, width) {
  const out = new Map();
  let place = 0;
  for (let left = part.count(count); left > 0; left--, place++) {
    place += part.count(count);
    check(part.field, place, count - 1);
    out.set(place, part.take(width));
  }
  return out;
}

// k * 2^exponent rounded once: a power of two that is no double is taken in two steps, of which the first is exact.
function scaled(k, exponent) {
  if (k === 0 || exponent > 1023) return k === 0 ? k : k * Infinity;
  return exponent >= -1022 ? k * 2 ** exponent : k * 2 ** -500 * 2 ** Math.max(-1074, exponent + 500);
}

// Whole numbers that a rule turns into floats. Each operation is one in double precision, so all readers get the same bits.
function readGrid(part, format, count) {
  const tag = part.u8(), width = ARRAYS[format].BYTES_PER_ELEMENT;
  if (tag === 0) return readIntegers(part, format, width, count);
  if (!format.match(/float32|double64/) || tag > 3) throw new ChunkError(part.field, `unknown grid ${tag} for ${format}`, 3);
  let rule;
  if (tag === 1) {
    const power = 10 ** check(part.field, part.u8(), 15);
    rule = k => k / power;
  } else if (tag === 2) {
    const exponent = part.view.getInt16(part.skip(2), true);
    rule = k => scaled(k, exponent);
  } else {
    const offset = part.f64(), step = part.f64();
    rule = k => offset + k * step;
  }
  const corrections = readCorrections(part, count, width);
  const words = bytesOf(ARRAYS[format].from(packedNumbers(readPacked(part, count)), rule));
  for (const [place, word] of corrections) words.set(word, place * width);
  return words;
}

function readIntegers(part, format, width, count) {
  const packed = readPacked(part, count);
  if (width === 8) return bytesOf(packedLongs(packed));
  const values = packedNumbers(packed), limit = 2 ** (8 * width - 1);
  if (!values.every(value => value >= -limit && value < limit)) throw new ChunkError(part.field, `a value is outside ${format}`);
  return bytesOf({ 1: Int8Array, 2: Int16Array, 4: Int32Array }[width].from(values));
}

// The values of a section as little-endian bytes.
function readWords(part, codec, format, count) {
  const width = ARRAYS[format].BYTES_PER_ELEMENT;
  let words;
  if (codec === RAW) {
    words = part.take(count * width);
  } else if (codec === CONSTANT) {
    words = Buffer.alloc(count * width, part.take(width));
  } else if (codec === PACKED) {
    words = readGrid(part, format, count);
  } else if (codec === DEFLATE || codec === DELTA_DEFLATE) {
    words = unshuffled(part.inflate(count * width), count, width, codec === DELTA_DEFLATE);
  } else {
    throw new ChunkError('codec', `${codec} is not for ${format}`);
  }
  part.end();
  return words;
}

// All lowest bytes come first, then all second bytes …; of the differences if `delta`.
function unshuffled(plain, count, width, delta) {
  const words = new Uint8Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let b = 0, carry = 0; b < width; b++) {
      const at = i * width + b;
      carry += plain[b * count + i] + (delta && i > 0 ? words[at - width] : 0);
      words[at] = carry;
      carry >>= 8;
    }
  }
  return words;
}

// Stamps that grow by adding the same step again and again.
function readRamp(part, count) {
  const corrections = new Map([[0, part.take(8)]]), step = part.f64();
  for (const [place, word] of readCorrections(part, count, 8)) corrections.set(place, word);
  part.end();
  const words = new Uint8Array(count * 8), view = new DataView(words.buffer);
  for (let i = 0; i < count; i++) {
    const word = corrections.get(i);
    if (word) words.set(word, i * 8);
    else view.setFloat64(i * 8, view.getFloat64(i * 8 - 8, true) + step, true);
  }
  return words;
}

function readRawStamps(part, codec, count) {
  return numbers('double64', codec === RAMP ? readRamp(part, count) : readWords(part, codec, 'double64', count));
}

function readTimestamps(part, codec, count, raw) {
  if (codec === RAW) return numbers('int64', readWords(part, codec, 'int64', count));
  if (codec === PACKED) return packedLongs(readPacked(part, count));
  if (codec === FROM_RAW_STAMPS && raw) {
    return packedLongs(readPacked(part, count)).map((p, i) => p + rintLong((raw[i] - raw[0]) * 1e9));
  }
  throw new ChunkError('codec', `${codec} is not for timestamps` + (raw ? '' : ' without raw stamps'));
}

function readTexts(part, codec, count) {
  if (codec === TEXT_DEFLATE) {
    part = new Section(part.field, part.inflate(check('textSection', part.view.getUint32(part.skip(4), true), TEXT_SECTION)));
  } else if (codec !== PLAIN_TEXT) {
    throw new ChunkError('codec', `${codec} is not for text`);
  }
  const texts = [];
  for (let i = 0; i < count; i++) {
    const text = utf8(part.field, part.take(part.count(3 * TEXT)));
    check('text', text.length, TEXT);
    texts.push(text);
  }
  part.end();
  return texts;
}

// UTF-8 in which a surrogate without its partner has three bytes; TextDecoder would replace it.
function utf8(field, bytes) {
  if (bytes.every(byte => byte < 128)) return Buffer.from(bytes).toString('latin1');
  const points = [];
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i++], more = lead < 0x80 ? 0 : lead < 0xc0 ? 9 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf8 ? 3 : 9;
    if (more === 9) throw new ChunkError(field, 'malformed UTF-8');
    let point = more ? lead & 0x3f >> more : lead;
    for (let k = 0; k < more; k++, i++) {
      if ((bytes[i] & 0xc0) !== 0x80) throw new ChunkError(field, 'malformed UTF-8'); // also past the end
      point = point << 6 | bytes[i] & 0x3f;
    }
    const before = points.at(-1);
    const splitPair = before >= 0xd800 && before < 0xdc00 && point >= 0xdc00 && point < 0xe000;
    if (point < [0, 0x80, 0x800, 0x10000][more] || point > 0x10ffff || splitPair) throw new ChunkError(field, 'malformed UTF-8');
    points.push(point);
  }
  let text = '';
  for (let i = 0; i < points.length; i += 4096) text += String.fromCodePoint(...points.slice(i, i + 4096));
  return text;
}

/** The chunks of an answer or a file, one after the other.
 *  @param source an async iterable of Uint8Array: a file stream, the body of fetch
 *  @param channels, streamId leave out what is not wanted */
export async function* read(source, { channels, streamId } = {}) {
  let waiting = [], size = 0, wanted = 4, inChunk = false;
  for await (const piece of source) {
    waiting.push(piece);
    size += piece.length;
    while (size >= wanted) {
      const all = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting, size), part = all.subarray(0, wanted);
      waiting = [all.subarray(wanted)];
      size -= wanted;
      if (!inChunk) {
        wanted = new DataView(part.buffer, part.byteOffset).getUint32(0, true);
        if (wanted < FIXED || wanted > LENGTH) throw new ChunkError('frame', `a chunk of ${wanted} bytes`, LENGTH);
      } else {
        wanted = 4;
        const id = String.fromCharCode(...part.subarray(FIXED, FIXED + part[7]));
        if (!streamId || id === streamId) yield decode(part, channels);
      }
      inChunk = !inChunk;
    }
  }
  if (inChunk || size > 0) throw new ChunkError('frame', `ends ${wanted - size} bytes early`);
}

async function open(source) {
  if (source === '-') return process.stdin;
  if (!/^https?:/.test(source)) return createReadStream(source);
  const answer = await fetch(source, { headers: { Accept: ACCEPT, Authorization: 'Bearer ' + (process.env.SINAL_TOKEN ?? '') } });
  if (!answer.ok) throw new Error(`refused: ${await answer.text()}`);
  return answer.body;
}

// As the gateway writes CSV, but for the notation of large numbers.
function plain(value) {
  if (typeof value === 'string') return '"' + value.replaceAll('"', '""') + '"';
  if (typeof value === 'bigint' || Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : '-Inf';
}

function cell(column, i, bits) {
  const value = column.at(i);
  if (value === undefined) return '';
  if (!bits) return plain(value);
  if (typeof value === 'string') return '"' + Buffer.from(value, 'utf16le').swap16().toString('hex') + '"';
  const width = column.values.BYTES_PER_ELEMENT, word = Buffer.from(column.values.buffer, column.values.byteOffset + i * width, width);
  return Buffer.from(LITTLE ? [...word].reverse() : word).toString('hex');
}

/** Lines of CSV. @param bits values as hexadecimal bits, text as UTF-16 units */
export function rows(chunk, bits) {
  const raw = chunk.rawStamps && new Column('double64', null, chunk.rawStamps);
  let text = '';
  for (let i = 0; i < chunk.count; i++) {
    const cells = chunk.columns.map(column => cell(column, i, bits));
    text += [chunk.streamId, chunk.epoch, chunk.firstSeq + BigInt(i), chunk.timestamps[i], raw ? cell(raw, i, bits) : '', ...cells].join() + '\n';
  }
  return text;
}

async function print(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

async function main() {
  const { values: options, positionals: [source] } = parseArgs({
    allowPositionals: true,
    options: {
      csv: { type: 'boolean' }, // print every sample; without it, a line a chunk
      bits: { type: 'boolean' }, // with --csv: values as hexadecimal bits, text as UTF-16 units
      stream: { type: 'string' }, // only the chunks of this stream id
      channels: { type: 'string' }, // only these channels, by number, in this order
    },
  });
  if (!source) throw new Error('usage: chunks.mjs URL|file|- [--csv [--bits]] [--stream ID] [--channels 0,3,…]');
  process.stdout.on('error', () => process.exit(0)); // nobody reads any more
  const channels = options.channels?.split(',').map(Number);
  let seen;
  for await (const chunk of read(await open(source), { channels, streamId: options.stream })) {
    if (!options.csv) {
      await print(`${chunk.streamId} epoch=${chunk.epoch} seq=${chunk.firstSeq}+${chunk.count} from=${chunk.minTimestamp}`
        + ` to=${chunk.maxTimestamp} basis=${chunk.basis} channels=${chunk.columns.map(column => column.format)}\n`);
      continue;
    }
    const names = (channels ?? [...chunk.columns.keys()]).map(c => 'c' + c), shape = chunk.streamId + ' ' + names;
    if (seen === undefined) await print(['stream_id', 'epoch', 'seq', 'timestamp', 'raw_stamp', ...names].join() + '\n');
    else if (seen !== shape) throw new Error(`${chunk.streamId} has other columns than ${seen.split(' ')[0]}; choose one with --stream`);
    seen = shape;
    await print(rows(chunk, options.bits));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch(failure => {
    console.error('chunks:', failure.message);
    process.exitCode = 1;
  });
}
