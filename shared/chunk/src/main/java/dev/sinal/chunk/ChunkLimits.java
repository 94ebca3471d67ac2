package dev.sinal.chunk;

/** What fits into a chunk. Encoder and decoder refuse more, before they allocate anything for it. */
public final class ChunkLimits {
    /** ASCII characters of a stream id. */
    public static final int STREAM_ID = 64;

    /** Samples at which a chunker normally closes. Not enforced here. */
    public static final int USUAL_SAMPLES = 10_000;

    public static final int SAMPLES = 1_000_000;

    public static final int CHANNELS = 16_384;

    /** Samples times channels: bounds what a small block of constants can unfold to (128 MiB of 8 bytes). */
    public static final int VALUES = 1 << 24;

    /** UTF-16 units of one string: no string of 1 MiB on the wire has more. */
    public static final int TEXT = 1 << 20;

    /** Bytes of all strings of one channel before compression. */
    public static final int TEXT_SECTION = 32 << 20;

    /** Bytes of one encoded chunk. */
    public static final int LENGTH = 64 << 20;

    /** Bytes of one frame of chunks. */
    public static final int FRAME = LENGTH + 4;

    private ChunkLimits() {}

    static void check(String field, long actual, long limit) {
        if (actual < 0 || actual > limit) {
            throw new ChunkFormatException(field, actual + " is not within 0 to " + limit, limit);
        }
    }
}
