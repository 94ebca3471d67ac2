package dev.sinal.chunk;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Raw DEFLATE (no zlib header), and the byte shuffle that makes numbers worth deflating. One per chunk; holds native memory. */
final class Deflation implements AutoCloseable {
    private final boolean dense;
    /** Null until it is needed: most chunks of sensors are packed and never deflated. */
    private @Nullable Deflater deflater;

    /** @param dense whether bytes count more than time, for all codecs beside this one */
    Deflation(boolean dense) {
        this.dense = dense;
    }

    boolean dense() {
        return dense;
    }

    /** The compressed bytes, or null when they would not be fewer than {@code limit}. */
    byte @Nullable [] deflate(byte[] bytes, int from, int length, int limit) {
        Deflater deflater = ready();
        deflater.setInput(bytes, from, length);
        deflater.finish();
        byte[] out = new byte[Math.max(1, limit)];
        int size = 0;
        while (!deflater.finished()) {
            if (size >= limit) {
                return null;
            }
            size += deflater.deflate(out, size, out.length - size);
        }
        return size < limit ? Arrays.copyOf(out, size) : null;
    }

    private Deflater ready() {
        if (deflater == null) {
            deflater = new Deflater(dense ? Deflater.BEST_COMPRESSION : Deflater.BEST_SPEED, true);
        } else {
            deflater.reset();
        }
        return deflater;
    }

    /** Inflates what is left of the section, which must give exactly {@code length} bytes. */
    static byte[] inflate(ByteSource in, int length) {
        Inflater inflater = new Inflater(true);
        try {
            int compressed = in.remaining();
            inflater.setInput(in.array(), in.take(compressed), compressed);
            byte[] out = new byte[length];
            int size = 0;
            while (size < length) {
                int more = inflater.inflate(out, size, length - size);
                if (more == 0) {
                    throw new ChunkFormatException(in.field(), "inflates to fewer than " + length + " bytes");
                }
                size += more;
            }
            byte[] beyond = new byte[1];
            if (inflater.inflate(beyond) != 0 || !inflater.finished() || inflater.getRemaining() != 0) {
                throw new ChunkFormatException(in.field(), "does not end after " + length + " inflated bytes", length);
            }
            return out;
        } catch (DataFormatException e) {
            throw new ChunkFormatException(in.field(), "is not DEFLATE data: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    /** All lowest bytes, then all second bytes …; with {@code delta}, of the difference to the word before. */
    static byte[] shuffle(long[] words, int width, boolean delta) {
        int n = words.length;
        byte[] bytes = new byte[n * width];
        long before = 0;
        for (int i = 0; i < n; i++) {
            long word = delta ? words[i] - before : words[i];
            before = words[i];
            for (int b = 0, at = i; b < width; b++, at += n) {
                bytes[at] = (byte) (word >>> (8 * b));
            }
        }
        return bytes;
    }

    static long[] unshuffle(byte[] bytes, int count, int width, boolean delta) {
        long[] words = new long[count];
        int unused = 64 - 8 * width;
        long before = 0;
        for (int i = 0; i < count; i++) {
            long word = 0;
            for (int b = 0, at = i; b < width; b++, at += count) {
                word |= (bytes[at] & 0xFFL) << (8 * b);
            }
            word += delta ? before : 0;
            word = word << unused >> unused;
            words[i] = word;
            before = word;
        }
        return words;
    }

    @Override
    public void close() {
        if (deflater != null) {
            deflater.end();
        }
    }
}
