package dev.sinal.gateway.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Our MessagePack against the library's, byte for byte. */
final class MsgpackTest {
    private final RowBytes ours = new RowBytes(4);
    private final MessageBufferPacker theirs = MessagePack.newDefaultBufferPacker();

    @Test
    void everySizeOfANumberIsAsTheLibraryWritesIt() throws IOException {
        for (int bit = 0; bit < 64; bit++) {
            for (long off = -33; off <= 2; off++) {
                for (long value : new long[] {(1L << bit) + off, -(1L << bit) + off}) {
                    Msgpack.integer(ours, value);
                    theirs.packLong(value);
                }
            }
        }
        for (double value : new double[] {0, -0.0, 1.5, Double.MIN_VALUE, Double.NaN, Double.NEGATIVE_INFINITY}) {
            Msgpack.float64(ours, value);
            theirs.packDouble(value);
            Msgpack.float32(ours, (float) value);
            theirs.packFloat((float) value);
        }
        assertSame();
    }

    @Test
    void everySizeOfTextsAndMapsIsAsTheLibraryWritesIt() throws IOException {
        for (int size : new int[] {0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536}) {
            String text = "é".repeat(size / 2) + "x".repeat(size % 2);
            Msgpack.text(ours, text.getBytes(StandardCharsets.UTF_8));
            theirs.packString(text);
            Msgpack.map(ours, size);
            theirs.packMapHeader(size);
        }
        Msgpack.nil(ours);
        theirs.packNil();
        assertSame();
    }

    private void assertSame() {
        assertThat(ours.toBytes()).isEqualTo(theirs.toByteArray());
    }
}
