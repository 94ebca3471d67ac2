package dev.sinal.analytics.domain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Trailing windows over a series: full ones only, none across a gap. */
public final class RollingWindows {
    private final Series series;
    private final DoubleDouble sum = new DoubleDouble();
    private final DoubleDouble squares = new DoubleDouble();
    private final double shift;
    private int from;
    private int to;

    private RollingWindows(Series series) {
        this.series = series;
        this.shift = series.size() == 0 ? 0 : series.values()[0];
    }

    /**
     * One window.
     *
     * @param timestamp of its last value, UTC ns
     * @param from of its first value, UTC ns
     * @param sd divisor n − 1; null for one value
     */
    public record Window(
            long timestamp,
            long from,
            double mean,
            @Nullable Double sd,
            int n) {}

    /**
     * @param total windows there are; {@code kept} holds every {@code stride}-th
     */
    record Windows(List<Window> kept, long total, long stride) {}

    /** @param samples in a window @param most windows to keep */
    static Windows bySamples(Series series, int samples, int most) {
        return new RollingWindows(series).slide(samples, 0, most);
    }

    /** Windows {@code (t - seconds, t]}, full once the values since the last gap reach back to {@code t - seconds}. */
    static Windows bySeconds(Series series, double seconds, int most) {
        return new RollingWindows(series).slide(0, Math.round(seconds * 1e9), most);
    }

    private Windows slide(int samples, long nanos, int most) {
        long total = count(samples, nanos);
        long stride = Math.max(1, (total + most - 1) / Math.max(1, most));
        List<Window> kept = new ArrayList<>();
        long seen = 0;
        int start = 0;
        for (int i = 0; i < series.size(); i++) {
            if (series.breaks().get(i)) {
                start = i;
                empty(i);
            }
            take();
            if (samples > 0) {
                dropTo(Math.max(start, i - samples + 1));
            } else {
                dropBefore(series.stamps()[i] - nanos);
            }
            if (full(start, i, samples, nanos)) {
                if (seen % stride == 0) {
                    kept.add(window(i));
                }
                seen++;
            }
        }
        return new Windows(kept, total, stride);
    }

    private long count(int samples, long nanos) {
        long count = 0;
        int start = 0;
        for (int i = 0; i < series.size(); i++) {
            start = series.breaks().get(i) ? i : start;
            count += full(start, i, samples, nanos) ? 1 : 0;
        }
        return count;
    }

    private boolean full(int start, int i, int samples, long nanos) {
        return samples > 0 ? i - start + 1 >= samples : series.stamps()[start] <= series.stamps()[i] - nanos;
    }

    private void empty(int at) {
        dropTo(at);
    }

    private void take() {
        double value = series.values()[to++] - shift;
        sum.add(value);
        squares.addProduct(value, value);
    }

    private void dropTo(int start) {
        while (from < start) {
            double value = series.values()[from++] - shift;
            sum.add(-value);
            squares.addProduct(-value, value);
        }
    }

    private void dropBefore(long exclusive) {
        while (series.stamps()[from] <= exclusive) {
            dropTo(from + 1);
        }
    }

    private Window window(int i) {
        int n = to - from;
        double mean = sum.dividedBy(n);
        Double sd = null;
        if (n > 1) {
            // squares - sum²/n, in about 32 digits: sliding loses what a plain double would.
            DoubleDouble spread = new DoubleDouble();
            spread.add(squares.high());
            spread.add(squares.low());
            spread.addProduct(-mean, sum.high());
            spread.addProduct(-mean, sum.low());
            // mean is rounded: put back what n times its error takes.
            DoubleDouble rest = new DoubleDouble();
            rest.add(sum.high());
            rest.add(sum.low());
            rest.addProduct(-mean, n);
            spread.addProduct(-mean, rest.value());
            sd = Math.sqrt(Math.max(0, spread.value()) / (n - 1));
        }
        DoubleDouble shifted = new DoubleDouble();
        shifted.add(sum.high());
        shifted.add(sum.low());
        shifted.addProduct(shift, n);
        return new Window(series.stamps()[i], series.stamps()[from], shifted.dividedBy(n), sd, n);
    }
}
