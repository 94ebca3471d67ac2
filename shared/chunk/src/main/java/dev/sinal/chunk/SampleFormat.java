package dev.sinal.chunk;

/** The type of a channel's values; the codes are those of LSL's {@code channel_format}. */
public enum SampleFormat {
    FLOAT32(1, "float32", 4),
    DOUBLE64(2, "double64", 8),
    STRING(3, "string", 0),
    INT32(4, "int32", 4),
    INT16(5, "int16", 2),
    INT8(6, "int8", 1),
    INT64(7, "int64", 8);

    private static final SampleFormat[] BY_CODE = new SampleFormat[8];

    static {
        for (SampleFormat format : values()) {
            BY_CODE[format.code] = format;
        }
    }

    private final int code;
    private final String wireName;
    private final int bytes;

    SampleFormat(int code, String wireName, int bytes) {
        this.code = code;
        this.wireName = wireName;
        this.bytes = bytes;
    }

    public int code() {
        return code;
    }

    /** As LSL and the HTTP API spell it, e.g. {@code float32}. */
    public String wireName() {
        return wireName;
    }

    /** Bytes of one uncompressed value; 0 for text, whose values differ in length. */
    public int bytes() {
        return bytes;
    }

    public boolean isText() {
        return this == STRING;
    }

    public boolean isInteger() {
        return this == INT8 || this == INT16 || this == INT32 || this == INT64;
    }

    /** Smallest value of an integer format. */
    long lowest() {
        return -1L << (bytes * 8 - 1);
    }

    /** Largest value of an integer format. */
    long highest() {
        return ~lowest();
    }

    /**
     * The format of an LSL code.
     *
     * @throws ChunkFormatException when no format has this code
     */
    public static SampleFormat ofCode(int code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new ChunkFormatException("format", "unknown format code " + code, BY_CODE.length - 1);
        }
        return BY_CODE[code];
    }

    /**
     * The format of a name as {@link #wireName()} spells it.
     *
     * @throws IllegalArgumentException when no format has this name
     */
    public static SampleFormat ofWireName(String name) {
        for (SampleFormat format : values()) {
            if (format.wireName.equals(name)) {
                return format;
            }
        }
        throw new IllegalArgumentException("unknown sample format '" + name + "'");
    }
}
