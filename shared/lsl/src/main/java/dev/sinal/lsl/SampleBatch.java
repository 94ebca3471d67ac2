package dev.sinal.lsl;

import java.util.Arrays;
import java.util.Locale;

/**
 * Consecutive samples of one connection, row by row. A batch handed to a listener is the listener's, unless
 * {@link InletOptions#reuseBatches} was asked for: then it holds only during the call, see {@link #kept}.
 *
 * <p>Stamps are raw, on the producer's clock; NaN where the producer gave none that could be used. What post-processing makes of them
 * stands beside them.
 */
public final class SampleBatch {
    private final ChannelFormat format;
    private final int channels;
    private final double[] stamps;
    private final Object values;
    private final int size;
    private final boolean reused;
    private final double receivedAt;
    private final double[] processed;
    private final boolean corrected;
    /** Of text, counted on first use; two threads would count the same. */
    private long textBytes = -1;

    /**
     * Wraps without copying.
     *
     * @param stamps one per sample, seconds on the producer's clock
     * @param values {@code float[]}, {@code double[]}, {@code int[]}, {@code short[]}, {@code byte[]}, {@code long[]} or
     *     {@code String[]} as the format demands, {@code stamps.length * channels} long
     * @param receivedAt {@link LslClock} when the bytes were read, seconds
     */
    public SampleBatch(ChannelFormat format, int channels, double[] stamps, Object values, double receivedAt) {
        this(format, channels, stamps, values, receivedAt, stamps, false, stamps.length, false);
    }

    private SampleBatch(
            ChannelFormat format,
            int channels,
            double[] stamps,
            Object values,
            double receivedAt,
            double[] processed,
            boolean corrected,
            int size,
            boolean reused) {
        int length = lengthOf(format, values);
        if (reused ? length < size * channels || stamps.length < size : length != size * channels) {
            throw new IllegalArgumentException(
                    "expected " + size + " samples of " + channels + " channels, got " + length + " values");
        }
        this.size = size;
        this.reused = reused;
        this.format = format;
        this.channels = channels;
        this.stamps = stamps;
        this.values = values;
        this.receivedAt = receivedAt;
        this.processed = processed;
        this.corrected = corrected;
    }

    /**
     * Wraps arrays that will be written again; they may be longer than the samples.
     *
     * @param size samples in them
     */
    public static SampleBatch reused(
            ChannelFormat format, int channels, int size, double[] stamps, Object values, double receivedAt) {
        return new SampleBatch(format, channels, stamps, values, receivedAt, stamps, false, size, true);
    }

    /** This batch if it may be kept, else a copy: for whoever needs it after the call that brought it. */
    public SampleBatch kept() {
        return reused ? part(0, size) : this;
    }

    /**
     * The same samples with processed stamps beside the raw ones.
     *
     * @param processedStamps one per sample, not copied
     * @param onLocalClock whether they were moved to the local clock
     */
    public SampleBatch withProcessed(double[] processedStamps, boolean onLocalClock) {
        if (processedStamps.length != stamps.length) {
            throw new IllegalArgumentException(processedStamps.length + " stamps for " + stamps.length + " samples");
        }
        return new SampleBatch(
                format, channels, stamps, values, receivedAt, processedStamps, onLocalClock, size, reused);
    }

    private static int lengthOf(ChannelFormat format, Object values) {
        return switch (format) {
            case FLOAT32 -> ((float[]) values).length;
            case DOUBLE64 -> ((double[]) values).length;
            case STRING -> ((String[]) values).length;
            case INT32 -> ((int[]) values).length;
            case INT16 -> ((short[]) values).length;
            case INT8 -> ((byte[]) values).length;
            case INT64 -> ((long[]) values).length;
        };
    }

    /** Samples in this batch, at least 1 when it comes from an inlet. */
    public int size() {
        return size;
    }

    public int channels() {
        return channels;
    }

    public ChannelFormat format() {
        return format;
    }

    /** Stamp of sample i, seconds on the producer's clock. */
    public double stamp(int i) {
        return stamps[i];
    }

    /** All stamps; the batch's own array, longer than {@link #size} if batches are reused. */
    public double[] stamps() {
        return stamps;
    }

    /** All stamps after the post-processing that was asked for, seconds; where none was, the raw ones. The batch's own array. */
    public double[] processedStamps() {
        return processed;
    }

    /** Whether {@link #processedStamps} were moved to the local clock: asked for, and the correction was known. */
    public boolean corrected() {
        return corrected;
    }

    /** The row-major values in the format's own array type; the batch's own array, longer than needed if batches are reused. */
    public Object values() {
        return values;
    }

    /** {@link LslClock} when the bytes of this batch were read, seconds. */
    public double receivedAt() {
        return receivedAt;
    }

    /** A copy of samples {@code from} to {@code to}, the last not included. */
    public SampleBatch part(int from, int to) {
        int first = from * channels;
        int end = to * channels;
        Object some = switch (format) {
            case FLOAT32 -> Arrays.copyOfRange((float[]) values, first, end);
            case DOUBLE64 -> Arrays.copyOfRange((double[]) values, first, end);
            case STRING -> Arrays.copyOfRange((String[]) values, first, end);
            case INT32 -> Arrays.copyOfRange((int[]) values, first, end);
            case INT16 -> Arrays.copyOfRange((short[]) values, first, end);
            case INT8 -> Arrays.copyOfRange((byte[]) values, first, end);
            case INT64 -> Arrays.copyOfRange((long[]) values, first, end);
        };
        double[] raw = Arrays.copyOfRange(stamps, from, to);
        return new SampleBatch(
                format,
                channels,
                raw,
                some,
                receivedAt,
                processed == stamps ? raw : Arrays.copyOfRange(processed, from, to),
                corrected,
                to - from,
                false);
    }

    /** What the values and stamps take in memory, bytes; of texts about. */
    public long bytes() {
        if (!format.isText()) {
            return (long) size * (8 + channels * format.bytes());
        }
        if (textBytes < 0) {
            long sum = 8L * size;
            String[] texts = (String[]) values;
            for (int i = 0; i < size * channels; i++) {
                sum += 48L + 2L * texts[i].length();
            }
            textBytes = sum;
        }
        return textBytes;
    }

    /**
     * Copies samples without allocating, if the target has the format's own array type; else each value is converted as
     * {@link #doubleAt}, {@link #longAt} and {@link #stringAt} do it, and texts are parsed.
     *
     * @param from first sample to copy
     * @param count how many
     * @param target row-major array of any type that a format has
     * @param at which sample of the target the first one becomes
     * @param targetStamps gets the stamps at the same place, processed if that was asked for
     * @throws NumberFormatException if a text that is to become a number is none
     */
    public void copyTo(int from, int count, Object target, int at, double[] targetStamps) {
        System.arraycopy(processed, from, targetStamps, at, count);
        if (target.getClass() == values.getClass()) {
            System.arraycopy(values, from * channels, target, at * channels, count * channels);
            return;
        }
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < channels; c++) {
                convert(from + i, c, target, (at + i) * channels + c);
            }
        }
    }

    private void convert(int i, int c, Object target, int at) {
        if (target instanceof float[] floats) {
            floats[at] = format.isText() ? Float.parseFloat(stringAt(i, c)) : floatAt(i, c);
        } else if (target instanceof double[] doubles) {
            doubles[at] = format.isText() ? Double.parseDouble(stringAt(i, c)) : doubleAt(i, c);
        } else if (target instanceof String[] texts) {
            texts[at] = stringAt(i, c);
        } else {
            long whole = format.isText() ? (long) Double.parseDouble(stringAt(i, c)) : longAt(i, c);
            if (target instanceof int[] ints) {
                ints[at] = (int) whole;
            } else if (target instanceof short[] shorts) {
                shorts[at] = (short) whole;
            } else if (target instanceof byte[] bytes) {
                bytes[at] = (byte) whole;
            } else {
                ((long[]) target)[at] = whole;
            }
        }
    }

    /** Value of sample i, channel c, as a double: exact but for int64 beyond 2^53. Not for strings. */
    public double doubleAt(int i, int c) {
        int at = index(i, c);
        return switch (format) {
            case FLOAT32 -> ((float[]) values)[at];
            case DOUBLE64 -> ((double[]) values)[at];
            case INT32 -> ((int[]) values)[at];
            case INT16 -> ((short[]) values)[at];
            case INT8 -> ((byte[]) values)[at];
            case INT64 -> ((long[]) values)[at];
            case STRING -> throw notNumeric();
        };
    }

    /** Value of sample i, channel c, as a float. Not for strings. */
    public float floatAt(int i, int c) {
        return format == ChannelFormat.FLOAT32 ? ((float[]) values)[index(i, c)] : (float) doubleAt(i, c);
    }

    /** Value of sample i, channel c, as a long; floating values are cut towards zero. Not for strings. */
    public long longAt(int i, int c) {
        return format == ChannelFormat.INT64 ? ((long[]) values)[index(i, c)] : (long) doubleAt(i, c);
    }

    /** Value of sample i, channel c, as text; numbers in Java's shortest decimal. */
    public String stringAt(int i, int c) {
        int at = index(i, c);
        return switch (format) {
            case STRING -> ((String[]) values)[at];
            case FLOAT32 -> Float.toString(((float[]) values)[at]);
            case DOUBLE64 -> Double.toString(((double[]) values)[at]);
            case INT32, INT16, INT8, INT64 -> Long.toString(longAt(i, c));
        };
    }

    private int index(int i, int c) {
        if (c < 0 || c >= channels || i < 0 || i >= size) {
            throw new IndexOutOfBoundsException(
                    "sample " + i + " of " + stamps.length + ", channel " + c + " of " + channels);
        }
        return i * channels + c;
    }

    private static IllegalStateException notNumeric() {
        return new IllegalStateException("a string stream has no numbers");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d samples of %d channels %s%s",
                size,
                channels,
                format.wireName(),
                size == 0 ? "" : ", stamps " + Arrays.toString(new double[] {stamps[0], stamps[size - 1]}));
    }
}
