package dev.sinal.chunk;

import java.util.Locale;

/** Where the UTC stamps of an epoch come from. */
public enum TimeBasis {
    /** LSL stamps moved to UTC by measured clock offsets. */
    LSL(1),
    /** The producer's stamps already were UTC. */
    UNIX(2),
    /** The time of arrival at the collector, because nothing better was known. */
    ARRIVAL(3),
    /** Stamps given by the client that pushed the samples. */
    CLIENT(4);

    private final int code;

    TimeBasis(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The basis of a code in a chunk.
     *
     * @throws ChunkFormatException when no basis has this code
     */
    public static TimeBasis ofCode(int code) {
        for (TimeBasis basis : values()) {
            if (basis.code == code) {
                return basis;
            }
        }
        throw new ChunkFormatException("basis", "unknown time basis code " + code, values().length);
    }

    /**
     * The basis of a name as {@link #wireName()} spells it.
     *
     * @throws IllegalArgumentException when no basis has this name
     */
    public static TimeBasis ofWireName(String name) {
        for (TimeBasis basis : values()) {
            if (basis.wireName().equals(name)) {
                return basis;
            }
        }
        throw new IllegalArgumentException("unknown time basis '" + name + "'");
    }
}
