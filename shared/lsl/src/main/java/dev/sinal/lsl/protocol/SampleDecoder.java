package dev.sinal.lsl.protocol;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one connection to samples, protocol 1.10, cut anywhere. Checks the test pattern first.
 *
 * <p>Stamps that the sender leaves out follow from the one before by repeated addition of the period. Natives start that at 0 on
 * each connection, which is plainly wrong; here samples before the first transmitted stamp are held back and dated backwards from it
 * (irregular streams: they get it). If too many come without any, they are delivered with NaN.
 */
public final class SampleDecoder implements FeedDecoder {
    private static final int MAX_HELD_SAMPLES = 16_384;
    private static final int MAX_HELD_BYTES = 1 << 20;
    private static final int INCOMPLETE = -1;
    /** Shorter runs are faster value by value. */
    private static final int BULK = 8;

    private final ChannelFormat format;
    private final int channels;
    private final double period;
    private final ByteOrder order;
    private final boolean flushSubnormals;
    private final LslLimits limits;

    private byte[] buffer = new byte[8192];
    private ByteBuffer view;
    private int start;
    private int end;
    private boolean verified;
    private boolean dated;
    private double last;
    private double[] stamps = new double[64];
    private int held;
    private boolean reusing;
    private @Nullable Object reused;

    /**
     * @param nominalRate samples per second, 0 for irregular
     * @param flushSubnormals whether the sender asks for subnormal floats to be read as zero
     * @throws LslProtocolException if one sample would pass the limit
     */
    public SampleDecoder(
            ChannelFormat format,
            int channels,
            double nominalRate,
            ByteOrder order,
            boolean flushSubnormals,
            LslLimits limits) {
        long size = 9L + (long) channels * Math.max(1, format.bytes());
        if (size > limits.sampleBytes()) {
            throw new LslProtocolException("sample size", limits.sampleBytes(), size);
        }
        this.format = format;
        this.channels = channels;
        this.period = nominalRate > 0 ? 1.0 / nominalRate : 0.0;
        this.order = order;
        this.flushSubnormals = flushSubnormals && format.isFloating();
        this.limits = limits;
        this.view = ByteBuffer.wrap(buffer).order(order);
    }

    @Override
    public ByteBuffer room(int length) {
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (end + length > buffer.length) {
            int kept = end - start;
            if (kept + length <= buffer.length) {
                System.arraycopy(buffer, start, buffer, 0, kept);
            } else {
                buffer = Arrays.copyOfRange(buffer, start, start + Math.max(2 * buffer.length, kept + length));
                view = ByteBuffer.wrap(buffer).order(order);
            }
            start = 0;
            end = kept;
        }
        return ByteBuffer.wrap(buffer, end, length);
    }

    @Override
    public void filled(int length) {
        end += length;
    }

    /** From now on batches share their arrays: each holds until the next is asked for. Not for strings, which are new anyway. */
    public void reuseBatches() {
        reusing = !format.isText();
    }

    @Override
    public boolean verified() {
        return verified;
    }

    @Override
    public int held() {
        return held;
    }

    @Override
    public @Nullable SampleBatch next(double receivedAt) {
        if (!verified && !verify(receivedAt)) {
            return null;
        }
        int count = 0;
        int first = -1;
        int at = start;
        double stamp = last;
        boolean broken = false;
        while (true) {
            int size;
            try {
                size = sizeAt(at);
            } catch (LslProtocolException violation) {
                if (count == 0) {
                    throw violation;
                }
                // What came before it is delivered first; the next call fails.
                broken = true;
                break;
            }
            if (size == INCOMPLETE) {
                break;
            }
            if (buffer[at] == SampleEncoder.DEDUCED) {
                stamp += period;
            } else {
                stamp = view.getDouble(at + 1);
                first = first < 0 ? count : first;
            }
            if (count == stamps.length) {
                stamps = Arrays.copyOf(stamps, 2 * count);
            }
            stamps[count++] = stamp;
            at += size;
        }
        if (count == 0) {
            return null;
        }
        if (!dated) {
            if (first < 0 && !broken && count < MAX_HELD_SAMPLES && at - start < MAX_HELD_BYTES) {
                held = count;
                return null;
            }
            stamp = dateBackwards(first, count, stamp);
        }
        last = stamp;
        return decode(count, at, receivedAt);
    }

    @Override
    public @Nullable SampleBatch giveUpHolding(double receivedAt) {
        if (dated || held == 0) {
            return null;
        }
        int at = start;
        for (int i = 0; i < held; i++) {
            stamps[i] = Double.NaN;
            at += sizeAt(at);
        }
        dated = true;
        last = Double.NaN;
        return decode(held, at, receivedAt);
    }

    private double dateBackwards(int first, int count, double stamp) {
        dated = true;
        if (first < 0) {
            Arrays.fill(stamps, 0, count, Double.NaN);
            return Double.NaN;
        }
        for (int i = first - 1; i >= 0; i--) {
            stamps[i] = stamps[i + 1] - period;
        }
        return stamp;
    }

    private boolean verify(double receivedAt) {
        int one = sizeAt(start);
        int two = one == INCOMPLETE ? INCOMPLETE : sizeAt(start + one);
        if (two == INCOMPLETE) {
            return false;
        }
        if (buffer[start] == SampleEncoder.DEDUCED || buffer[start + one] == SampleEncoder.DEDUCED) {
            throw LslProtocolException.invalid("test pattern stamp", "transmitted", "deduced");
        }
        stamps[0] = view.getDouble(start + 1);
        stamps[1] = view.getDouble(start + one + 1);
        TestPattern.check(decode(2, start + one + two, receivedAt));
        verified = true;
        return true;
    }

    /** Bytes of the sample that starts there, or {@link #INCOMPLETE}. */
    private int sizeAt(int at) {
        if (at >= end) {
            return INCOMPLETE;
        }
        int head = buffer[at] == SampleEncoder.DEDUCED ? 1 : 9;
        if (!format.isText()) {
            int size = head + channels * format.bytes();
            return end - at >= size ? size : INCOMPLETE;
        }
        int value = at + head;
        for (int c = 0; c < channels; c++) {
            if (value >= end) {
                return INCOMPLETE;
            }
            int width = buffer[value];
            if (width != 1 && width != 2 && width != 4 && width != 8) {
                throw LslProtocolException.invalid("string length width", "1, 2, 4 or 8", Integer.toString(width));
            }
            if (end - value < 1 + width) {
                return INCOMPLETE;
            }
            long length = lengthAt(value);
            if (length < 0 || length > limits.stringBytes()) {
                throw new LslProtocolException(
                        "string length", limits.stringBytes(), length < 0 ? Long.MAX_VALUE : length);
            }
            long size = (long) value - at + 1 + width + length;
            if (size > limits.sampleBytes()) {
                throw new LslProtocolException("sample size", limits.sampleBytes(), size);
            }
            value += 1 + width + (int) length;
        }
        return value <= end ? value - at : INCOMPLETE;
    }

    private long lengthAt(int at) {
        return switch (buffer[at]) {
            case 1 -> buffer[at + 1] & 0xffL;
            case 2 -> view.getShort(at + 1) & 0xffffL;
            case 4 -> view.getInt(at + 1) & 0xffff_ffffL;
            default -> view.getLong(at + 1);
        };
    }

    private SampleBatch decode(int count, int stop, double receivedAt) {
        Object values = switch (format) {
            case FLOAT32 -> floats(count);
            case DOUBLE64 -> doubles(count);
            case STRING -> strings(count);
            case INT32 -> ints(count);
            case INT16 -> shorts(count);
            case INT8 -> bytes(count);
            case INT64 -> longs(count);
        };
        start = stop;
        held = 0;
        return reusing
                ? SampleBatch.reused(format, channels, count, stamps, values, receivedAt)
                : new SampleBatch(format, channels, Arrays.copyOf(stamps, count), values, receivedAt);
    }

    private int head(int at) {
        return buffer[at] == SampleEncoder.DEDUCED ? at + 1 : at + 9;
    }

    private float[] floats(int count) {
        int total = count * channels;
        float[] values = reusing && reused instanceof float[] old && old.length >= total ? old : new float[total];
        reused = reusing ? values : null;
        int at = start;
        for (int i = 0; i < total; ) {
            at = head(at);
            if (channels >= BULK) {
                view.position(at);
                view.asFloatBuffer().get(values, i, channels);
                i += channels;
                at += 4 * channels;
                continue;
            }
            for (int stop = i + channels; i < stop; i++, at += 4) {
                values[i] = Float.intBitsToFloat(view.getInt(at));
            }
        }
        if (flushSubnormals) {
            for (int i = 0; i < total; i++) {
                values[i] = Math.abs(values[i]) < Float.MIN_NORMAL ? Math.copySign(0f, values[i]) : values[i];
            }
        }
        return values;
    }

    private double[] doubles(int count) {
        int total = count * channels;
        double[] values = reusing && reused instanceof double[] old && old.length >= total ? old : new double[total];
        reused = reusing ? values : null;
        int at = start;
        for (int i = 0; i < total; ) {
            at = head(at);
            if (channels >= BULK) {
                view.position(at);
                view.asDoubleBuffer().get(values, i, channels);
                i += channels;
                at += 8 * channels;
                continue;
            }
            for (int stop = i + channels; i < stop; i++, at += 8) {
                values[i] = Double.longBitsToDouble(view.getLong(at));
            }
        }
        if (flushSubnormals) {
            for (int i = 0; i < total; i++) {
                values[i] = Math.abs(values[i]) < Double.MIN_NORMAL ? Math.copySign(0d, values[i]) : values[i];
            }
        }
        return values;
    }

    private int[] ints(int count) {
        int total = count * channels;
        int[] values = reusing && reused instanceof int[] old && old.length >= total ? old : new int[total];
        reused = reusing ? values : null;
        int at = start;
        for (int i = 0; i < total; ) {
            at = head(at);
            if (channels >= BULK) {
                view.position(at);
                view.asIntBuffer().get(values, i, channels);
                i += channels;
                at += 4 * channels;
                continue;
            }
            for (int stop = i + channels; i < stop; i++, at += 4) {
                values[i] = view.getInt(at);
            }
        }
        return values;
    }

    private short[] shorts(int count) {
        int total = count * channels;
        short[] values = reusing && reused instanceof short[] old && old.length >= total ? old : new short[total];
        reused = reusing ? values : null;
        int at = start;
        for (int i = 0; i < total; ) {
            at = head(at);
            if (channels >= BULK) {
                view.position(at);
                view.asShortBuffer().get(values, i, channels);
                i += channels;
                at += 2 * channels;
                continue;
            }
            for (int stop = i + channels; i < stop; i++, at += 2) {
                values[i] = view.getShort(at);
            }
        }
        return values;
    }

    private byte[] bytes(int count) {
        int total = count * channels;
        byte[] values = reusing && reused instanceof byte[] old && old.length >= total ? old : new byte[total];
        reused = reusing ? values : null;
        int at = start;
        for (int i = 0; i < total; i += channels) {
            at = head(at);
            System.arraycopy(buffer, at, values, i, channels);
            at += channels;
        }
        return values;
    }

    private long[] longs(int count) {
        int total = count * channels;
        long[] values = reusing && reused instanceof long[] old && old.length >= total ? old : new long[total];
        reused = reusing ? values : null;
        int at = start;
        for (int i = 0; i < total; ) {
            at = head(at);
            if (channels >= BULK) {
                view.position(at);
                view.asLongBuffer().get(values, i, channels);
                i += channels;
                at += 8 * channels;
                continue;
            }
            for (int stop = i + channels; i < stop; i++, at += 8) {
                values[i] = view.getLong(at);
            }
        }
        return values;
    }

    private String[] strings(int count) {
        String[] values = new String[count * channels];
        int at = start;
        for (int i = 0; i < values.length; ) {
            at = head(at);
            for (int stop = i + channels; i < stop; i++) {
                int length = (int) lengthAt(at);
                at += 1 + buffer[at];
                values[i] = LenientText.decode(buffer, at, length);
                at += length;
            }
        }
        return values;
    }
}
