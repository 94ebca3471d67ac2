package dev.sinal.chunk;

import org.jspecify.annotations.Nullable;

/**
 * Doubles of which each is the one before plus the same step, rounded: the stamps liblsl makes up when the outlet sends one
 * stamp per chunk. Where a new stamp was sent the sum starts again from it.
 */
final class RampCodec {
    private static final int CORRECTIONS = 16;

    private RampCodec() {}

    /** The steps between stamps that are not a step apart are few; null when no step does. */
    record Ramp(double start, double step, Corrections corrections) {
        int size() {
            return 17 + corrections.count() * 11;
        }

        void write(ByteSink out) {
            out.f64(start);
            out.f64(step);
            corrections.write(out, 8);
        }
    }

    static @Nullable Ramp plan(double[] stamps) {
        int n = stamps.length;
        if (n < 3) {
            return null;
        }
        double mean = (stamps[n - 1] - stamps[0]) / (n - 1);
        double first = stamps[1] - stamps[0];
        Ramp best = null;
        for (double step : new double[] {1 / Math.rint(1 / mean), bounded(stamps), first, mean}) {
            Ramp ramp = withStep(stamps, step);
            if (ramp != null && (best == null || ramp.size() < best.size())) {
                best = ramp;
            }
        }
        return best;
    }

    /** The middle of the steps that explain the longest run from the start. */
    private static double bounded(double[] stamps) {
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        for (int i = 1; i < stamps.length; i++) {
            double distance = stamps[i] - stamps[i - 1];
            double half = Math.ulp(stamps[i]) / 2;
            double newLow = Math.max(low, distance - half);
            double newHigh = Math.min(high, distance + half);
            if (!(newLow <= newHigh)) {
                break;
            }
            low = newLow;
            high = newHigh;
        }
        return low + (high - low) / 2;
    }

    private static @Nullable Ramp withStep(double[] stamps, double step) {
        Corrections corrections = new Corrections();
        for (int i = 1; i < stamps.length; i++) {
            long word = Double.doubleToRawLongBits(stamps[i]);
            // which NaN a sum gives is not the same on all machines
            if (Double.isNaN(stamps[i]) || Double.doubleToRawLongBits(stamps[i - 1] + step) != word) {
                if (corrections.count() == stamps.length / CORRECTIONS) {
                    return null;
                }
                corrections.add(i, word);
            }
        }
        return new Ramp(stamps[0], step, corrections);
    }

    static double[] read(ByteSource in, int count) {
        double value = in.f64();
        double step = in.f64();
        Corrections corrections = Corrections.read(in, count, 8);
        in.expectEnd();
        double[] stamps = new double[count];
        int next = 0;
        for (int i = 0; i < count; i++) {
            if (next < corrections.count() && corrections.index(next) == i) {
                value = Double.longBitsToDouble(corrections.word(next++));
            } else if (i > 0) {
                value += step;
            }
            stamps[i] = value;
        }
        return stamps;
    }
}
