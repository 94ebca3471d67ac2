package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** One chunk written by hand, field by field, so that layout and page agree; see docs/contracts/chunk-format.md. */
class HandWrittenChunkTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private static final String TIMESTAMPS = """
            02                          order 2: every stamp as far from the one before as that from its own
            80 80 90 BB BA D6 AD F0 0D  first stamp, 500,000,000,000,000,000 ns, zigzag varint (twice the number)
            80 89 7A                    first difference, 1,000,000 ns, zigzag varint
            02                          2 bits a residual
            03                          -2 ns, as zigzag 3; six bits unused
            """;

    private static final String RAW_STAMPS = """
            00 00 00 00 00 00 F0 3F     start, 1.0 s
            00 00 00 00 00 00 E0 3F     step, 0.5 s
            01                          one correction
            02                          two values before it: it is the third
            00 00 00 00 00 00 10 40     4.0 s
            """;

    private static final String FLOATS = """
            01 01                       decimal, 1 digit: k / 10
            00                          no corrections
            01                          order 1: difference from the value before
            EA 05                       first k, 373, zigzag varint 746
            03                          3 bits a residual
            22                          +1 (zigzag 2, bits 010), then +2 (zigzag 4, bits 100); two bits unused
            """;

    private static final String TEXTS = """
            05                          presence: samples 0 and 2
            02 68 69                    2 bytes, "hi"
            00                          0 bytes, ""
            """;

    @Test
    void everyByteMeansWhatThePageSays() {
        byte[] timestamps = hex(TIMESTAMPS);
        byte[] rawStamps = hex(RAW_STAMPS);
        byte[] floats = hex(FLOATS);
        byte[] texts = hex(TEXTS);
        int headerLength = 76 + 2 + 2 * 40;
        int length = headerLength + timestamps.length + rawStamps.length + floats.length + texts.length;

        put("53 4E 4C 4B"); // 0 magic, SNLK
        put("01"); // 4 version
        put("03"); // 5 flags: sorted, raw stamps
        put("01"); // 6 basis: lsl
        put("02"); // 7 length of the stream id
        put(length, 4); // 8 bytes of the chunk
        put(headerLength, 4); // 12 bytes of the header
        put(0, 4); // 16 CRC of the header, filled in below
        put(3, 4); // 20 samples
        put(77, 8); // 24 epoch
        put(1001, 8); // 32 first seq
        put(500_000_000_000_000_000L, 8); // 40 earliest stamp
        put(500_000_000_001_999_998L, 8); // 48 latest stamp
        put(2, 2); // 56 channels
        put("02"); // 58 timestamps: packed
        put("05"); // 59 raw stamps: ramp
        put(timestamps.length, 4); // 60
        put(crc(timestamps), 4); // 64
        put(rawStamps.length, 4); // 68
        put(crc(rawStamps), 4); // 72
        put("73 31"); // 76 stream id, s1
        put("01 02 00 00"); // 78 channel 0: float32, packed, no flags, reserved
        put(floats.length, 4); // 82
        put(crc(floats), 4); // 86
        put(3, 4); // 90 finite values
        put(Double.doubleToLongBits(37.3f), 8); // 94 min
        put(Double.doubleToLongBits(37.6f), 8); // 102 max
        put(Double.doubleToLongBits((37.3f + (double) 37.4f + 37.6f) / 3), 8); // 110 mean
        put("03 06 01 00"); // 118 channel 1: string, text, presence flag, reserved
        put(texts.length, 4); // 122
        put(crc(texts), 4); // 126
        put(2, 4); // 130 present values
        put(0x7FF8000000000000L, 8); // 134 no min
        put(0x7FF8000000000000L, 8); // 142 no max
        put(0x7FF8000000000000L, 8); // 150 no mean
        bytes.writeBytes(timestamps); // 158
        bytes.writeBytes(rawStamps);
        bytes.writeBytes(floats);
        bytes.writeBytes(texts);
        byte[] chunk = bytes.toByteArray();
        CRC32C headerCrc = new CRC32C();
        headerCrc.update(chunk, 0, 16);
        headerCrc.update(chunk, 20, headerLength - 20);
        for (int i = 0; i < 4; i++) {
            chunk[16 + i] = (byte) (headerCrc.getValue() >> 8 * i);
        }

        SampleBlock block = ChunkDecoder.decode(chunk);

        BitSet first = BitSet.valueOf(new byte[] {0b101});
        SampleBlock expected = new SampleBlock(
                "s1",
                77,
                1001,
                TimeBasis.LSL,
                new long[] {500_000_000_000_000_000L, 500_000_000_001_000_000L, 500_000_000_001_999_998L},
                new double[] {1.0, 1.5, 4.0},
                List.of(
                        new FloatColumn(new float[] {37.3f, 37.4f, 37.6f}),
                        new TextColumn(new String[] {"hi", "", ""}, first)));
        assertThat(block).isEqualTo(expected);
        ChunkDecoder.verify(chunk);
        ChunkHeader header = ChunkHeader.read(chunk);
        assertThat(header.streamId()).isEqualTo("s1");
        assertThat(header.lastSeq()).isEqualTo(1003);
        assertThat(header.sorted()).isTrue();
        assertThat(header.min(0)).isEqualTo(37.3f);
        assertThat(header.max(0)).isEqualTo(37.6f);
        assertThat(header.valid(1)).isEqualTo(2);
        assertThat(header.mean(1)).isNaN();
    }

    /** The columns of two hex digits up to the first two spaces. */
    private static byte[] hex(String annotated) {
        StringBuilder digits = new StringBuilder();
        annotated
                .lines()
                .forEach(line -> digits.append(line.replaceAll(" {2,}.*", "").replace(" ", "")));
        return HexFormat.of().parseHex(digits);
    }

    private static long crc(byte[] section) {
        CRC32C crc = new CRC32C();
        crc.update(section);
        return crc.getValue();
    }

    private void put(String hex) {
        bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
    }

    private void put(long number, int width) {
        for (int i = 0; i < width; i++) {
            bytes.write((int) (number >> 8 * i));
        }
    }
}
