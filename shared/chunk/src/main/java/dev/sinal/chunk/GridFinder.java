package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the grid a column of floating point values was quantised on. A wrong guess costs time only: {@link GridFit} checks every
 * value.
 */
final class GridFinder {
    private static final int MAX_DECIMALS = 6;
    /** Values looked at for a first estimate of the step, and for its refinement. */
    private static final int SAMPLE = 1024;
    /** A step of fewer ulps cannot be told from rounding, and would not save much. */
    private static final int RESOLVABLE = 8;
    /** How far a grid that fits nearly everywhere may be off at the other end of all values seen. */
    private static final int MOST_ULPS_OFF = 16;
    /** Gaps of one step that tell its length when it is only a few ulps. */
    private static final int SINGLES = 8;

    private final FloatWords values;
    private final double largest;
    private final double ulp;

    private GridFinder(FloatWords values) {
        this.values = values;
        this.largest = values.largest();
        this.ulp = values.ulp(largest);
    }

    /** The smallest fit found, or null. A grid that looks like the converter's own is remembered in the hint. */
    static @Nullable GridFit find(FloatWords values, GridHint hint) {
        GridFit known = null;
        for (int i = 0; i < hint.count(); i++) {
            GridFit fit = GridFit.of(hint.grid(i), values);
            if (fit != null && fit.tight()) {
                return onKnown(fit, values, hint);
            }
            known = smaller(known, fit);
        }
        return new GridFinder(values).find(hint, known);
    }

    private static GridFit onKnown(GridFit fit, FloatWords values, GridHint hint) {
        hint.remember(fit.grid());
        if (fit.exact()
                || !values.single()
                || !(fit.grid() instanceof Grid.Step step)
                || hint.refinement().resting()) {
            return fit;
        }
        GridFit refined = refined(values, step, hint);
        hint.refinement().tried(refined != null);
        if (refined == null) {
            return fit;
        }
        hint.replaceFirst(refined.grid());
        return refined;
    }

    private @Nullable GridFit find(GridHint hint, @Nullable GridFit learned) {
        if (largest == 0) {
            return GridFit.of(new Grid.Binary(0), values);
        }
        GridFit known = learned != null ? learned : declared(hint.declaredStep());
        if (known != null && known.tight()) {
            hint.remember(known.grid());
            return known;
        }
        if (hint.search().resting()) {
            return smaller(known, binary());
        }
        GridFit decimal = decimal();
        if (decimal != null && ((Grid.Decimal) decimal.grid()).step() >= RESOLVABLE * ulp) {
            hint.remember(decimal.grid());
            hint.search().tried(true);
            return decimal;
        }
        GridFit found = smaller(known, fromDifferences());
        GridFit best = smaller(smaller(decimal, found), binary());
        hint.search().tried(found != null && best == found);
        if (found != null && best == found) {
            hint.found(found.grid());
        }
        return best;
    }

    private @Nullable GridFit declared(double step) {
        if (step == 0) {
            return null;
        }
        GridFit fit = GridFit.of(new Grid.Step(0, step), values);
        return fit != null ? fit : shifted(step);
    }

    /** Of the fewest digits. */
    private @Nullable GridFit decimal() {
        for (int digits = 0; digits <= MAX_DECIMALS; digits++) {
            GridFit fit = GridFit.of(new Grid.Decimal(digits), values);
            if (fit != null) {
                return fit;
            }
        }
        return null;
    }

    private static @Nullable GridFit smaller(@Nullable GridFit a, @Nullable GridFit b) {
        return a == null || (b != null && b.size() < a.size()) ? b : a;
    }

    /** Every finite double is a whole multiple of a power of two; this is the largest that fits all values. */
    private @Nullable GridFit binary() {
        int exponent = Integer.MAX_VALUE;
        for (double value : values.values()) {
            if (value != 0 && Math.abs(value) <= Double.MAX_VALUE) {
                long mantissa = (Double.doubleToRawLongBits(value) & 0xFFFFFFFFFFFFFL) | 0x10000000000000L;
                int lowest = Math.getExponent(value) - 52 + Long.numberOfTrailingZeros(mantissa);
                exponent = Math.min(exponent, lowest);
            }
        }
        if (exponent < -1000 || Math.getExponent(largest) - exponent > 52) {
            return null;
        }
        return GridFit.of(new Grid.Binary(exponent), values);
    }

    /** Takes the step from the distances of neighbouring values in order of size. */
    private @Nullable GridFit fromDifferences() {
        double[] sorted = distinctSample();
        if (sorted.length < 3) {
            return null;
        }
        double[] gaps = gaps(sorted);
        double step = commonStep(gaps);
        if (step == 0) {
            step = singleStep(gaps);
        }
        if (step == 0) {
            return null;
        }
        // small gaps first: each is counted with the mean of those before, which rounding blurs less and less
        double length = 0;
        double steps = 0;
        for (double gap : gaps) {
            steps += Math.rint(gap / step);
            length += gap;
            step = length / steps;
        }
        step = (sorted[sorted.length - 1] - sorted[0]) / steps;
        double uncertainty = 2 * ulp / steps;
        boolean countable = largest / step * uncertainty < step / 4;
        GridFit throughZero = countable ? throughZero(step) : null;
        return throughZero != null ? throughZero : withOffset(step, uncertainty);
    }

    /** Values from all over the column, for the length of the range, and a stretch of neighbours, for small gaps; in order of size. */
    private double[] distinctSample() {
        double[] all = values.values();
        int n = all.length;
        double[] sample = new double[SAMPLE];
        int size = 0;
        int near = Math.min(n, n <= SAMPLE ? SAMPLE : SAMPLE / 2);
        int start = (n - near) / 2;
        for (int i = start; i < start + near; i++) {
            size = put(sample, size, all[i]);
        }
        int far = SAMPLE - near;
        for (int i = 0; i < far && near < n; i++) {
            size = put(sample, size, all[(int) ((long) i * n / far)]);
        }
        Arrays.sort(sample, 0, size);
        int distinct = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || sample[i] > sample[i - 1]) {
                sample[distinct++] = sample[i];
            }
        }
        return Arrays.copyOf(sample, distinct);
    }

    private static int put(double[] sample, int size, double value) {
        if (!(Math.abs(value) <= Double.MAX_VALUE)) {
            return size;
        }
        sample[size] = value;
        return size + 1;
    }

    private static double[] gaps(double[] sorted) {
        double[] gaps = new double[sorted.length - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = sorted[i + 1] - sorted[i];
        }
        Arrays.sort(gaps);
        return gaps;
    }

    /** Euclid's algorithm on rounded numbers; 0 when what is left is no larger than rounding could make it. */
    private double commonStep(double[] gaps) {
        double step = gaps[0];
        for (double gap : gaps) {
            double a = gap;
            double b = step;
            while (true) {
                double times = Math.rint(a / b);
                double rest = Math.abs(a - times * b);
                if (!(rest > 2 * ulp * (1 + times) && rest > b / 64)) { // also ends on NaN
                    break;
                }
                a = b;
                b = rest;
            }
            step = b;
            if (step < RESOLVABLE * ulp) {
                return 0;
            }
        }
        return step;
    }

    /**
     * The mean of the gaps of one step, where a step is so few ulps that rounding makes gaps of one step differ by one ulp and of two steps
     * by no more: too coarse for Euclid. 0 when there is a gap of one ulp, as between any values, or few gaps to go by.
     */
    private double singleStep(double[] gaps) {
        if (gaps[0] < 1.5 * ulp) {
            return 0;
        }
        double length = 0;
        int singles = 0;
        while (singles < gaps.length && gaps[singles] < gaps[0] + 1.5 * ulp) {
            length += gaps[singles++];
        }
        return singles < SINGLES ? 0 : length / singles;
    }

    /** {@code k * step}: every value bounds the step, a simple number within all bounds is the likely one. */
    private @Nullable GridFit throughZero(double roughly) {
        double low = 0;
        double high = Double.MAX_VALUE;
        for (double value : values.values()) {
            double k = Math.rint(value / roughly);
            if (k != 0 && Math.abs(value) <= Double.MAX_VALUE) {
                double a = values.lowEdge(value) / k;
                double b = values.highEdge(value) / k;
                low = Math.max(low, Math.min(a, b));
                high = Math.min(high, Math.max(a, b));
            }
        }
        // bounds of doubles carry rounding errors of their own
        double slack = roughly * 0x1p-52;
        if (low > high + 4 * slack) {
            return null;
        }
        double middle = low + (high - low) / 2;
        for (double step : candidates(middle, Math.max(slack, (high - low) / 2))) {
            GridFit fit = GridFit.of(new Grid.Step(0, step), values);
            if (fit != null) {
                return fit;
            }
        }
        return null;
    }

    /** The shortest decimals within the bounds first, then the middle and its neighbours. */
    private static List<Double> candidates(double middle, double halfWidth) {
        List<Double> candidates = new ArrayList<>();
        int magnitude = (int) Math.floor(Math.log10(middle));
        for (int digits = 1; digits <= 15 && candidates.size() < 2; digits++) {
            int decimals = digits - 1 - magnitude;
            if (decimals < 0 || decimals > 22) {
                continue;
            }
            double scale = Math.pow(10, decimals);
            double rounded = Math.rint(middle * scale) / scale;
            if (Math.abs(rounded - middle) <= halfWidth) {
                candidates.add(rounded);
            }
        }
        candidates.add(middle);
        candidates.add(Math.nextUp(middle));
        candidates.add(Math.nextDown(middle));
        return candidates;
    }

    /** {@code offset + k * step} with float32 values so far from zero that counting from there is hopeless. */
    private @Nullable GridFit withOffset(double roughly, double uncertainty) {
        if (!values.single()) {
            return null;
        }
        int n = values.size();
        int stride = Math.max(1, n / SAMPLE);
        double origin = firstFinite();
        Strips strips = new Strips(origin, n / stride + 1);
        for (int i = 0; i < n; i += stride) {
            double value = values.value(i);
            if (Math.abs(value) <= Double.MAX_VALUE) {
                double number = Math.rint((value - origin) / roughly);
                strips.add(number, values.lowEdge(value), values.highEdge(value));
            }
        }
        return GridFit.of(strips.best(roughly, uncertainty), values);
    }

    /**
     * A grid found in a short stretch is exact only near it. Where it begins to miss, the values here and some of every stretch before
     * pin it down further. Null when that does not give a grid on which all finite values are.
     */
    private static @Nullable GridFit refined(FloatWords values, Grid.Step grid, GridHint hint) {
        int n = values.size();
        int stride = Math.max(1, n / SAMPLE);
        double[] known = new double[n / stride + 1 + SAMPLE];
        int size = 0;
        for (double anchor : hint.anchors()) {
            known[size++] = anchor;
        }
        for (int i = 0; i < n; i++) {
            double value = values.value(i);
            boolean misses = values.wordOf(grid.value(grid.nearest(value))) != values.word(i);
            if (Math.abs(value) <= Double.MAX_VALUE && (misses || i % stride == 0) && size < known.length) {
                known[size++] = value;
                if (misses) {
                    hint.addAnchor(value);
                }
            }
        }
        if (size < 2) {
            return null;
        }
        double lowest = known[0];
        double highest = known[0];
        for (int i = 1; i < size; i++) {
            lowest = Math.min(lowest, known[i]);
            highest = Math.max(highest, known[i]);
        }
        hint.addAnchor(lowest);
        hint.addAnchor(highest);
        Strips strips = new Strips(lowest, size);
        long origin = grid.nearest(lowest);
        for (int i = 0; i < size; i++) {
            strips.add(grid.nearest(known[i]) - origin, values.lowEdge(known[i]), values.highEdge(known[i]));
        }
        double ulp = values.ulp(Math.max(Math.abs(lowest), Math.abs(highest)));
        double uncertainty = MOST_ULPS_OFF * ulp * grid.step() / (highest - lowest);
        GridFit fit = GridFit.of(strips.best(grid.step(), uncertainty), values);
        return fit != null && fit.exact() ? fit : null;
    }

    private double firstFinite() {
        for (double value : values.values()) {
            if (Math.abs(value) <= Double.MAX_VALUE) {
                return value;
            }
        }
        return 0;
    }

    /** A declared step whose grid does not pass through zero. */
    private @Nullable GridFit shifted(double step) {
        if (step < RESOLVABLE * ulp) {
            return null;
        }
        GridFit fromFirst = GridFit.of(new Grid.Step(firstFinite(), step), values);
        return fromFirst != null ? fromFirst : withOffset(step, step * 0x1p-30);
    }
}
