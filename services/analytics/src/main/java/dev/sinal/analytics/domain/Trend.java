package dev.sinal.analytics.domain;

import java.util.List;

/**
 * Where a variable goes.
 *
 * @param t0 the first sample, UTC ns: x = 0 of {@link #perSecond}
 * @param windows full windows there are; {@code values} holds every {@code stride}-th
 * @param perSecond line over seconds since t0
 * @param perSample line over 1, 2, 3 …
 */
public record Trend(
        List<RollingWindows.Window> values,
        long windows,
        long stride,
        long t0,
        LinearFit perSecond,
        LinearFit perSample) {
    public Trend {
        values = List.copyOf(values);
    }

    /** @param size samples, or seconds when {@code inSeconds} @param most windows to answer */
    public static Trend of(
            Series series, double size, boolean inSeconds, int most, Alternative alternative, double confidence) {
        int n = series.size();
        if (n < 3) {
            throw new Refusal(
                    Refusal.TOO_FEW_POINTS, series.name() + " needs at least 3 values for a trend, there are " + n);
        }
        double[] seconds = new double[n];
        double[] index = new double[n];
        for (int i = 0; i < n; i++) {
            seconds[i] = (series.stamps()[i] - series.stamps()[0]) / 1e9;
            index[i] = i + 1.0;
        }
        LinearFit perSecond = LinearFit.of(series.name(), seconds, series.values(), alternative, confidence);
        LinearFit perSample = LinearFit.of(series.name(), index, series.values(), alternative, confidence);
        RollingWindows.Windows windows = inSeconds
                ? RollingWindows.bySeconds(series, size, most)
                : RollingWindows.bySamples(series, (int) Math.min(size, Integer.MAX_VALUE), most);
        return new Trend(windows.kept(), windows.total(), windows.stride(), series.stamps()[0], perSecond, perSample);
    }
}
