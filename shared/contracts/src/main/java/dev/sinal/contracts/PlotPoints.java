package dev.sinal.contracts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.List;

/**
 * The points of a series as columns, and these as bytes: a plot of 64 channels has tens of thousands of points, and as objects of a JSON document each of them
 * costs more than what it was drawn from. Packed, little endian: count (u32), then for all points their bucket starts (i64), least, greatest and mean values (f64),
 * numbers of values (i64).
 */
public final class PlotPoints {
    private static final int HEAD = 4;
    private static final int EACH = 5 * Long.BYTES;

    private final long[] timestamps;
    private final double[] min;
    private final double[] max;
    private final double[] mean;
    private final long[] n;

    /** The arrays are kept, not copied. @throws IllegalArgumentException when their lengths differ */
    public PlotPoints(long[] timestamps, double[] min, double[] max, double[] mean, long[] n) {
        int size = timestamps.length;
        if (min.length != size || max.length != size || mean.length != size || n.length != size) {
            throw new IllegalArgumentException("columns of " + size + ", " + min.length + ", " + max.length + ", "
                    + mean.length + " and " + n.length + " points");
        }
        this.timestamps = timestamps;
        this.min = min;
        this.max = max;
        this.mean = mean;
        this.n = n;
    }

    static PlotPoints of(List<PlotAnswer.Point> points) {
        return new PlotPoints(
                points.stream().mapToLong(PlotAnswer.Point::timestamp).toArray(),
                points.stream().mapToDouble(PlotAnswer.Point::min).toArray(),
                points.stream().mapToDouble(PlotAnswer.Point::max).toArray(),
                points.stream().mapToDouble(PlotAnswer.Point::mean).toArray(),
                points.stream().mapToLong(PlotAnswer.Point::n).toArray());
    }

    /** @throws IllegalArgumentException unless the bytes are as long as their count says */
    public static PlotPoints unpack(byte[] packed) {
        ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        long size = packed.length < HEAD ? -1 : Integer.toUnsignedLong(in.getInt());
        if (packed.length != HEAD + size * EACH) {
            throw new IllegalArgumentException(packed.length + " bytes of packed points that tell of " + size);
        }
        PlotPoints points = new PlotPoints(
                new long[(int) size],
                new double[(int) size],
                new double[(int) size],
                new double[(int) size],
                new long[(int) size]);
        in.asLongBuffer().get(points.timestamps);
        doubles(in, 1, points.min);
        doubles(in, 2, points.max);
        doubles(in, 3, points.mean);
        in.position(HEAD + 4 * points.size() * Long.BYTES).asLongBuffer().get(points.n);
        return points;
    }

    private static void doubles(ByteBuffer in, int column, double[] to) {
        in.position(HEAD + column * to.length * Double.BYTES).asDoubleBuffer().get(to);
    }

    public byte[] pack() {
        byte[] packed = new byte[HEAD + size() * EACH];
        ByteBuffer out = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(size());
        for (long timestamp : timestamps) {
            out.putLong(timestamp);
        }
        for (double[] column : List.of(min, max, mean)) {
            for (double value : column) {
                out.putDouble(value);
            }
        }
        for (long values : n) {
            out.putLong(values);
        }
        return packed;
    }

    public int size() {
        return timestamps.length;
    }

    /** Start of the bucket, UTC ns. */
    public long timestamp(int i) {
        return timestamps[i];
    }

    public double min(int i) {
        return min[i];
    }

    public double max(int i) {
        return max[i];
    }

    public double mean(int i) {
        return mean[i];
    }

    /** Finite values in the bucket. */
    public long n(int i) {
        return n[i];
    }

    /** As records, made when they are asked for. */
    public List<PlotAnswer.Point> list() {
        return new AbstractList<>() {
            @Override
            public PlotAnswer.Point get(int i) {
                return new PlotAnswer.Point(timestamps[i], min[i], max[i], mean[i], n[i]);
            }

            @Override
            public int size() {
                return timestamps.length;
            }
        };
    }
}
