package dev.sinal.lsl.protocol;

import dev.sinal.lsl.ChannelFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Samples to bytes, protocol 1.10. Collects any number of samples; not safe for several threads. */
public final class SampleEncoder {
    /** Tag of a sample whose stamp the receiver works out. */
    public static final byte DEDUCED = 1;

    /** Tag of a sample with a stamp. */
    public static final byte TRANSMITTED = 2;

    private final SampleWriter writer;
    private final ByteOrder order;
    private ByteBuffer out;

    /** Little endian. */
    public SampleEncoder(ChannelFormat format, int channels) {
        this(format, channels, ByteOrder.LITTLE_ENDIAN);
    }

    public SampleEncoder(ChannelFormat format, int channels, ByteOrder order) {
        this.writer = new SampleWriter(format, channels);
        this.order = order;
        this.out =
                ByteBuffer.allocate(9 + channels * Math.max(8, format.bytes())).order(order);
    }

    /**
     * Appends one sample.
     *
     * @param rowMajor values in the format's array type
     * @param row which sample of it
     * @param stamp seconds; not written if deduced
     */
    public void append(Object rowMajor, int row, double stamp, boolean deduced) {
        ensure(Math.toIntExact(writer.size(rowMajor, row)));
        writer.write(out, rowMajor, row, stamp, deduced);
    }

    private void ensure(int more) {
        if (out.remaining() < more) {
            int size = Math.max(2 * out.capacity(), out.position() + more);
            out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).order(order).position(out.position());
        }
    }

    /** Bytes collected so far. */
    public int size() {
        return out.position();
    }

    /** A copy of what was collected. */
    public byte[] toBytes() {
        return Arrays.copyOf(out.array(), out.position());
    }
}
