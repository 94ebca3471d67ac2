package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

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

    private final ChannelFormat format;
    private final int channels;
    private final ByteOrder order;
    private ByteBuffer out;

    /** Little endian. */
    public SampleEncoder(ChannelFormat format, int channels) {
        this(format, channels, ByteOrder.LITTLE_ENDIAN);
    }

    public SampleEncoder(ChannelFormat format, int channels, ByteOrder order) {
        this.format = format;
        this.channels = channels;
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
        ensure(9 + channels * format.bytes());
        if (deduced) {
            out.put(DEDUCED);
        } else {
            out.put(TRANSMITTED).putDouble(stamp);
        }
        int from = row * channels;
        int to = from + channels;
        switch (format) {
            case FLOAT32 -> put((float[]) rowMajor, from, to);
            case DOUBLE64 -> put((double[]) rowMajor, from, to);
            case INT32 -> put((int[]) rowMajor, from, to);
            case INT16 -> put((short[]) rowMajor, from, to);
            case INT8 -> out.put((byte[]) rowMajor, from, channels);
            case INT64 -> put((long[]) rowMajor, from, to);
            case STRING -> put((String[]) rowMajor, from, to);
        }
    }

    private void put(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            // Raw bits: a NaN's payload survives.
            out.putInt(Float.floatToRawIntBits(values[i]));
        }
    }

    private void put(double[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            out.putLong(Double.doubleToRawLongBits(values[i]));
        }
    }

    private void put(int[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            out.putInt(values[i]);
        }
    }

    private void put(short[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            out.putShort(values[i]);
        }
    }

    private void put(long[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            out.putLong(values[i]);
        }
    }

    private void put(String[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] text = values[i].getBytes(UTF_8);
            ensure(5 + text.length);
            if (text.length <= 0xff) {
                out.put((byte) 1).put((byte) text.length);
            } else {
                out.put((byte) 4).putInt(text.length);
            }
            out.put(text);
        }
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
