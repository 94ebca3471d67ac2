package dev.sinal.bench.chunk;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** What to compare with: the plain values of blocks, copied, and as a general compressor takes them. */
final class Limits {
    private final byte[][] plain;
    private final byte[][] copies;
    private final byte[][] deflated;
    private final int[] widths;
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final Inflater inflater = new Inflater(true);

    Limits(List<SampleBlock> blocks) {
        plain = new byte[blocks.size()][];
        copies = new byte[blocks.size()][];
        deflated = new byte[blocks.size()][];
        widths = new int[blocks.size()];
        for (int b = 0; b < plain.length; b++) {
            plain[b] = plain(blocks.get(b));
            copies[b] = new byte[plain[b].length];
            widths[b] = blocks.get(b).column(0).format().bytes();
        }
    }

    private static byte[] plain(SampleBlock block) {
        int width = block.column(0).format().bytes();
        ByteBuffer buffer = ByteBuffer.allocate(block.size() * block.columns().size() * width)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (Column column : block.columns()) {
            for (int i = 0; i < column.size(); i++) {
                if (column instanceof FloatColumn floats) {
                    buffer.putFloat(floats.values()[i]);
                } else if (column instanceof DoubleColumn doubles) {
                    buffer.putDouble(doubles.values()[i]);
                } else {
                    buffer.putShort((short) ((LongColumn) column).values()[i]);
                }
            }
        }
        return buffer.array();
    }

    long plainBytes() {
        return bytes(plain);
    }

    long deflatedBytes() {
        return bytes(deflated);
    }

    private static long bytes(byte[][] arrays) {
        long sum = 0;
        for (byte[] array : arrays) {
            sum += array.length;
        }
        return sum;
    }

    void copy(int b) {
        System.arraycopy(plain[b], 0, copies[b], 0, plain[b].length);
    }

    /** All lowest bytes first, then all second bytes; then DEFLATE. */
    void deflate(int b) {
        byte[] shuffled = new byte[plain[b].length];
        int values = shuffled.length / widths[b];
        for (int i = 0; i < values; i++) {
            for (int w = 0; w < widths[b]; w++) {
                shuffled[w * values + i] = plain[b][i * widths[b] + w];
            }
        }
        deflater.reset();
        deflater.setInput(shuffled);
        deflater.finish();
        byte[] out = new byte[shuffled.length + 1000];
        int size = deflater.deflate(out);
        deflated[b] = Arrays.copyOf(out, size);
    }

    void inflate(int b) {
        inflater.reset();
        inflater.setInput(deflated[b]);
        byte[] shuffled = new byte[plain[b].length];
        try {
            inflater.inflate(shuffled);
        } catch (DataFormatException e) {
            throw new IllegalStateException(e);
        }
        int values = shuffled.length / widths[b];
        byte[] target = copies[b];
        for (int i = 0; i < values; i++) {
            for (int w = 0; w < widths[b]; w++) {
                target[i * widths[b] + w] = shuffled[w * values + i];
            }
        }
    }
}
