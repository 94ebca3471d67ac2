package dev.sinal.chunk;

import org.jspecify.annotations.Nullable;

/** A column of floating point values as whole numbers on a {@link Grid}, checked value by value to come back bit by bit. */
final class GridFit {
    /** Beyond 2^53 neighbouring whole numbers are no longer different doubles. */
    private static final long LARGEST = 1L << 53;
    /** One value in so many may be off the grid and be kept as it is. */
    private static final int CORRECTIONS = 16;
    /** A grid from an earlier chunk is taken unseen when no more than one value in so many is off it. */
    private static final int TIGHT = 64;

    private final Grid grid;
    private final Corrections corrections;
    private final long[] numbers;
    private final int width;
    /** Finite values that are not on the grid; NaN and infinities are on none and say nothing about this one. */
    private final int off;
    /** What was planned last; null before {@link #size}. */
    private @Nullable PackedLongs packed;

    private GridFit(Grid grid, Corrections corrections, long[] numbers, int width, int off) {
        this.grid = grid;
        this.corrections = corrections;
        this.numbers = numbers;
        this.width = width;
        this.off = off;
    }

    /** Null when too many values are not on the grid. */
    static @Nullable GridFit of(Grid grid, FloatWords values) {
        long[] exact = values.numbersOn(grid);
        return exact != null
                ? new GridFit(grid, new Corrections(), exact, values.width(), 0)
                : withCorrections(grid, values);
    }

    private static @Nullable GridFit withCorrections(Grid grid, FloatWords values) {
        int n = values.size();
        int allowed = n / CORRECTIONS;
        Corrections corrections = new Corrections();
        long[] numbers = new long[n];
        long before = 0;
        int off = 0;
        for (int i = 0; i < n; i++) {
            double value = values.value(i);
            // false for NaN and infinity; the cast of nearest() saturates far above LARGEST
            boolean finite = Math.abs(value) <= Double.MAX_VALUE;
            long k = finite ? grid.nearest(value) : 0;
            if (finite && k >= -LARGEST && k <= LARGEST && values.wordOf(grid.value(k)) == values.word(i)) {
                numbers[i] = k;
                before = k;
            } else if (corrections.count() < allowed) {
                off += finite ? 1 : 0;
                corrections.add(i, values.word(i));
                numbers[i] = before;
            } else {
                return null;
            }
        }
        return new GridFit(grid, corrections, numbers, values.width(), off);
    }

    Grid grid() {
        return grid;
    }

    /** Whether every finite value is on the grid. */
    boolean exact() {
        return off == 0;
    }

    /** Whether next to nothing is off the grid. */
    boolean tight() {
        return off * TIGHT <= numbers.length;
    }

    /** Bytes when packed the quick way, a few too many when there are corrections. */
    int size() {
        if (packed == null) {
            packed = PackedLongs.plan(numbers, false, false);
        }
        return sizeWith(packed);
    }

    /** Bytes, a few too many when there are corrections. From now on the numbers are packed densely. */
    int denseSize() {
        packed = PackedLongs.plan(numbers, false, true);
        return sizeWith(packed);
    }

    private int sizeWith(PackedLongs plan) {
        return 18 + corrections.count() * (width + 3) + plan.size();
    }

    void write(ByteSink out) {
        grid.write(out);
        corrections.write(out, width);
        (packed == null ? PackedLongs.plan(numbers, false, false) : packed).write(out);
    }

    static float[] readFloats(ByteSource in, int gridTag, int count) {
        Grid grid = Grid.read(in, gridTag);
        Corrections corrections = Corrections.read(in, count, 4);
        float[] values = GridLoops.singles(grid, PackedLongs.read(in, count));
        for (int i = 0; i < corrections.count(); i++) {
            values[corrections.index(i)] = Float.intBitsToFloat((int) corrections.word(i));
        }
        return values;
    }

    static double[] readDoubles(ByteSource in, int gridTag, int count) {
        Grid grid = Grid.read(in, gridTag);
        Corrections corrections = Corrections.read(in, count, 8);
        double[] values = GridLoops.doubles(grid, PackedLongs.read(in, count));
        for (int i = 0; i < corrections.count(); i++) {
            values[corrections.index(i)] = Double.longBitsToDouble(corrections.word(i));
        }
        return values;
    }
}
