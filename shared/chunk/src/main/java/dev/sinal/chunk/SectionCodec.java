package dev.sinal.chunk;

/** How the values of one section are written. */
enum SectionCodec {
    /** Every value in its own width. */
    RAW(0),
    /** One value that all samples share. */
    CONSTANT(1),
    /** Whole numbers, predicted and bit packed; see docs/contracts/chunk-format.md. */
    PACKED(2),
    /** Bytes of equal significance side by side, then DEFLATE. */
    DEFLATE(3),
    /** As {@link #DEFLATE}, on the differences of neighbouring bit patterns. */
    DELTA_DEFLATE(4),
    /** Doubles that grow by adding the same step again and again. */
    RAMP(5),
    /** Strings, each with its length. */
    TEXT(6),
    /** As {@link #TEXT}, then DEFLATE. */
    TEXT_DEFLATE(7),
    /** Timestamps as their distance from the raw stamps, then as {@link #PACKED}. */
    FROM_RAW_STAMPS(8);

    private static final SectionCodec[] BY_TAG = new SectionCodec[9];

    static {
        for (SectionCodec codec : values()) {
            BY_TAG[codec.tag] = codec;
        }
    }

    private final int tag;

    SectionCodec(int tag) {
        this.tag = tag;
    }

    int tag() {
        return tag;
    }

    static SectionCodec ofTag(int tag) {
        if (tag < 0 || tag >= BY_TAG.length) {
            throw new ChunkFormatException("codec", "unknown codec " + tag, BY_TAG.length - 1);
        }
        return BY_TAG[tag];
    }
}
