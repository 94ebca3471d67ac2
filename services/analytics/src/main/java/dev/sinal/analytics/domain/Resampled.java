package dev.sinal.analytics.domain;

/**
 * A series on a regular grid: means of its values in each step.
 *
 * @param values NaN where a step has none, or holds a gap
 * @param from middle of the first step, UTC ns
 * @param stepNs ns
 */
public record Resampled(String name, double[] values, long from, long stepNs) {
    /** Steps over the whole range when nobody says otherwise and the samples are denser. */
    static final int DEFAULT_STEPS = 500;

    public static final int MAX_STEPS = 100_000;

    /**
     * @param stepS seconds; 0 = the median distance of samples, or as many of them as leave at most about 500 steps
     * @throws Refusal too_few_points
     */
    public static Resampled of(Series series, double stepS) {
        if (series.size() < 2) {
            throw new Refusal(
                    Refusal.TOO_FEW_POINTS, series.name() + " has " + series.size() + " values in this range");
        }
        long first = series.stamps()[0];
        long span = series.stamps()[series.size() - 1] - first;
        double median = series.medianIntervalS();
        long step = Math.round((stepS > 0 ? stepS : chosen(median, span / 1e9)) * 1e9);
        if (step <= 0) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, series.name() + " has all its values at one moment");
        }
        long origin = first - step / 2;
        long steps = (span + step / 2) / step + 1;
        if (steps > MAX_STEPS) {
            throw new TooManyValues(steps, MAX_STEPS, "step_s");
        }
        return new Resampled(series.name(), Pairing.means(series, origin, step, (int) steps), first, step);
    }

    /** Whole sample distances, so that every step holds the same number of samples. */
    private static double chosen(double medianS, double spanS) {
        double wanted = spanS / DEFAULT_STEPS;
        return medianS > 0 ? medianS * Math.max(1, Math.ceil(wanted / medianS)) : wanted;
    }

    public int size() {
        return values.length;
    }

    public double stepS() {
        return stepNs / 1e9;
    }

    /** End of the last step, UTC ns. */
    public long to() {
        return from - stepNs / 2 + stepNs * values.length;
    }

    int observed() {
        int observed = 0;
        for (double value : values) {
            observed += Double.isNaN(value) ? 0 : 1;
        }
        return observed;
    }
}
