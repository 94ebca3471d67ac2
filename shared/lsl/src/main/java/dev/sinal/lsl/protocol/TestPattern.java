package dev.sinal.lsl.protocol;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The two known samples at the start of every feed, by which both sides see that they agree on the format. */
public final class TestPattern {
    /** Stamp of both. */
    public static final double STAMP = 123456.789;

    /** The offsets of the first and the second sample. */
    public static final int[] OFFSETS = {4, 2};

    private TestPattern() {}

    /** The values of the sample with this offset, in the format's array type. */
    public static Object values(ChannelFormat format, int channels, int offset) {
        return switch (format) {
            case FLOAT32 -> floats(channels, offset);
            case DOUBLE64 -> doubles(channels, offset);
            case STRING -> strings(channels);
            case INT32 -> ints(channels, offset);
            case INT16 -> shorts(channels, offset);
            case INT8 -> bytes(channels, offset);
            case INT64 -> longs(channels, offset);
        };
    }

    /** Both samples as they go over the wire, little endian. */
    public static byte[] encode(ChannelFormat format, int channels) {
        return encode(format, channels, ByteOrder.LITTLE_ENDIAN);
    }

    /** Both samples as they go over the wire in that order. */
    public static byte[] encode(ChannelFormat format, int channels, ByteOrder order) {
        SampleEncoder encoder = new SampleEncoder(format, channels, order);
        for (int offset : OFFSETS) {
            encoder.append(values(format, channels, offset), 0, STAMP, false);
        }
        return encoder.toBytes();
    }

    /** @throws LslProtocolException unless these two samples are the pattern, bit for bit */
    static void check(SampleBatch two) {
        for (int i = 0; i < OFFSETS.length; i++) {
            if (Double.doubleToRawLongBits(two.stamp(i)) != Double.doubleToRawLongBits(STAMP)) {
                throw LslProtocolException.invalid("test pattern stamp", "123456.789", Double.toString(two.stamp(i)));
            }
        }
        SampleEncoder got = new SampleEncoder(two.format(), two.channels());
        got.append(two.values(), 0, STAMP, false);
        got.append(two.values(), 1, STAMP, false);
        if (!Arrays.equals(got.toBytes(), encode(two.format(), two.channels()))) {
            throw LslProtocolException.invalid("test pattern", "the known values", "others");
        }
    }

    private static int sign(int channel) {
        return channel % 2 == 0 ? 1 : -1;
    }

    private static float[] floats(int channels, int offset) {
        float[] values = new float[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = sign(k) * (float) (k + offset);
        }
        return values;
    }

    private static double[] doubles(int channels, int offset) {
        double[] values = new double[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = sign(k) * (double) (k + offset + 16_777_217L);
        }
        return values;
    }

    private static int[] ints(int channels, int offset) {
        int[] values = new int[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = sign(k) * (int) ((k + offset + 65_537L) % 2_147_483_647L);
        }
        return values;
    }

    private static short[] shorts(int channels, int offset) {
        short[] values = new short[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = (short) (sign(k) * ((k + offset + 257) % 32_767));
        }
        return values;
    }

    private static byte[] bytes(int channels, int offset) {
        byte[] values = new byte[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = (byte) (sign(k) * ((k + offset + 1) % 127));
        }
        return values;
    }

    private static long[] longs(int channels, int offset) {
        long[] values = new long[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = sign(k) * (k + offset + 2_147_483_649L);
        }
        return values;
    }

    private static String[] strings(int channels) {
        String[] values = new String[channels];
        for (int k = 0; k < channels; k++) {
            values[k] = Integer.toString(sign(k) * (k + 10));
        }
        return values;
    }
}
