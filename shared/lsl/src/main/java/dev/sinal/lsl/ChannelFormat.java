package dev.sinal.lsl;

/** The seven value types of LSL channels; all channels of a stream share one. */
public enum ChannelFormat {
    FLOAT32(1, "float32", 4),
    DOUBLE64(2, "double64", 8),
    STRING(3, "string", 0),
    INT32(4, "int32", 4),
    INT16(5, "int16", 2),
    INT8(6, "int8", 1),
    INT64(7, "int64", 8);

    private final int code;
    private final String wireName;
    private final int bytes;

    ChannelFormat(int code, String wireName, int bytes) {
        this.code = code;
        this.wireName = wireName;
        this.bytes = bytes;
    }

    /** The number the C interface uses, 1 to 7. */
    public int code() {
        return code;
    }

    /** The word in {@code <channel_format>}. */
    public String wireName() {
        return wireName;
    }

    /** Bytes per value on the wire; 0 for strings, whose length varies. */
    public int bytes() {
        return bytes;
    }

    /** True for {@link #STRING} only. */
    public boolean isText() {
        return this == STRING;
    }

    /** True for {@link #FLOAT32} and {@link #DOUBLE64}. */
    public boolean isFloating() {
        return this == FLOAT32 || this == DOUBLE64;
    }

    /**
     * Finds the format named in a stream description.
     *
     * @throws IllegalArgumentException if the word names no format
     */
    public static ChannelFormat ofWireName(String wireName) {
        for (ChannelFormat format : values()) {
            if (format.wireName.equals(wireName)) {
                return format;
            }
        }
        throw new IllegalArgumentException("not a channel format: " + wireName);
    }
}
