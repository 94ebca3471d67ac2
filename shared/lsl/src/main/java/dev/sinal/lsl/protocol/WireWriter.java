package dev.sinal.lsl.protocol;

import java.nio.ByteBuffer;

/** Samples into any buffer, in one of the forms they can have on the wire. Keeps nothing, so it is safe for several threads. */
public interface WireWriter {
    /** Most bytes that {@link #writeStamped} takes. */
    int MOST_STAMPED = 11;

    /** Most bytes of that sample with its stamp. */
    long size(Object rowMajor, int row);

    /** The least that a sample takes, bytes. */
    long leastSize();

    /**
     * Writes one sample at the buffer's position; there must be room for {@link #size}.
     *
     * @param rowMajor values in the format's array type; texts may be raw bytes, {@code byte[][]}, too
     * @param row which sample of it
     * @param stamp seconds; not written if deduced
     */
    void write(ByteBuffer out, Object rowMajor, int row, double stamp, boolean deduced);

    /** Bytes of the tag at the start of a sample; its last one is {@link SampleEncoder#DEDUCED} where no stamp follows. */
    int tagBytes();

    /** Writes the tag of a sample with a stamp, and the stamp: what stands in place of the tag of a deduced one. */
    void writeStamped(ByteBuffer out, double stamp);
}
