package dev.sinal.analytics.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings variables together: those of one stream sample by sample, those of several on the grid of the slowest. Never across a gap. */
public final class Pairing {
    private static final double NANOS = 1e9;
    /** Interpolation bridges so many steps when nobody says otherwise. */
    private static final double BRIDGED_STEPS = 3;

    private final int maxCells;

    /** @param maxCells most grid cells times variables */
    public Pairing(int maxCells) {
        this.maxCells = maxCells;
    }

    /** @throws Refusal no_overlap when no two variables ever have a value together */
    public Aligned align(List<StreamTable> tables, List<String> order, Alignment wanted) {
        Alignment.Rule rule = wanted.rule();
        if (rule == null) {
            rule = tables.size() == 1 ? Alignment.Rule.SAMPLE : Alignment.Rule.WINDOW_MEAN;
        }
        List<Series> series = new ArrayList<>();
        for (String name : order) {
            series.add(named(tables, name));
        }
        for (Series one : series) {
            if (one.size() == 0) {
                throw new Refusal(Refusal.TOO_FEW_POINTS, one.name() + " has no value in this range");
            }
        }
        Aligned aligned = switch (rule) {
            case SAMPLE -> bySample(tables, order);
            case WINDOW_MEAN -> windowMean(broken(series, wanted), wanted);
            case NEAREST -> nearest(broken(series, wanted), wanted);
            case INTERPOLATE -> interpolate(series, wanted);
        };
        if (aligned.table().rows() == 0) {
            throw new Refusal(
                    Refusal.NO_OVERLAP,
                    "no two of " + String.join(", ", order) + " have a value together under the rule " + rule.text()
                            + (rule == Alignment.Rule.SAMPLE
                                    ? "; give an alignment, such as {\"rule\": \"window_mean\", \"step_s\": 1}"
                                    : ""));
        }
        return aligned;
    }

    private static Series named(List<StreamTable> tables, String name) {
        for (StreamTable table : tables) {
            int column = table.variables().indexOf(name);
            if (column >= 0) {
                return table.series(column);
            }
        }
        throw new IllegalArgumentException("no column " + name);
    }

    private static List<Series> broken(List<Series> series, Alignment wanted) {
        Double maxGapS = wanted.maxGapS();
        return maxGapS == null
                ? series
                : series.stream().map(s -> s.brokenBeyond(nanos(maxGapS))).toList();
    }

    private static Aligned bySample(List<StreamTable> tables, List<String> order) {
        if (tables.size() != 1) {
            throw new Refusal(Refusal.UNSUPPORTED, "the rule sample is for variables of one stream");
        }
        StreamTable table = tables.get(0);
        double[][] columns = new double[order.size()][];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = finite(table.columns()[table.variables().indexOf(order.get(c))]);
        }
        return complete(order, table.stamps(), columns, Alignment.Rule.SAMPLE, null, null, null, null);
    }

    private static double[] finite(double[] values) {
        double[] finite = values.clone();
        for (int i = 0; i < finite.length; i++) {
            if (!Double.isFinite(finite[i])) {
                finite[i] = Double.NaN;
            }
        }
        return finite;
    }

    private Aligned windowMean(List<Series> series, Alignment wanted) {
        Series slowest = slowest(series);
        double stepS = step(slowest, wanted);
        long step = nanos(stepS);
        long origin = origin(slowest, step, wanted.stepS() == null);
        long[] span = span(series);
        long firstCell = Math.floorDiv(span[0] - origin, step);
        int cells = cells(firstCell, Math.floorDiv(span[1] - origin, step), series.size());
        double[][] columns = new double[series.size()][];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = means(series.get(c), origin + firstCell * step, step, cells);
        }
        long[] stamps = new long[cells];
        for (int i = 0; i < cells; i++) {
            stamps[i] = origin + (firstCell + i) * step;
        }
        return complete(
                names(series), stamps, columns, Alignment.Rule.WINDOW_MEAN, stepS, null, wanted.maxGapS(), origin);
    }

    /** Mean of each cell; none for a cell that holds a gap. */
    static double[] means(Series series, long origin, long step, int cells) {
        double[] means = new double[cells];
        Arrays.fill(means, Double.NaN);
        int i = 0;
        while (i < series.size()) {
            int cell = (int) Math.floorDiv(series.stamps()[i] - origin, step);
            DoubleDouble sum = new DoubleDouble();
            int from = i;
            boolean broken = false;
            while (i < series.size() && Math.floorDiv(series.stamps()[i] - origin, step) == cell) {
                broken |= i > from && series.breaks().get(i);
                sum.add(series.values()[i]);
                i++;
            }
            if (!broken && cell >= 0 && cell < cells) {
                means[cell] = sum.dividedBy(i - from);
            }
        }
        return means;
    }

    private Aligned nearest(List<Series> series, Alignment wanted) {
        Series reference = slowest(series);
        double toleranceS = wanted.toleranceS() == null ? step(reference, wanted) / 2 : wanted.toleranceS();
        long tolerance = nanos(toleranceS);
        double[][] columns = new double[series.size()][];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = series.get(c) == reference
                    ? reference.values()
                    : nearestTo(reference.stamps(), series.get(c), tolerance);
        }
        return complete(
                names(series),
                reference.stamps(),
                columns,
                Alignment.Rule.NEAREST,
                null,
                toleranceS,
                wanted.maxGapS(),
                null);
    }

    private static double[] nearestTo(long[] times, Series series, long tolerance) {
        double[] found = new double[times.length];
        int at = 0;
        for (int i = 0; i < times.length; i++) {
            while (at + 1 < series.size()
                    && Math.abs(series.stamps()[at + 1] - times[i]) <= Math.abs(series.stamps()[at] - times[i])) {
                at++;
            }
            found[i] = Math.abs(series.stamps()[at] - times[i]) <= tolerance ? series.values()[at] : Double.NaN;
        }
        return found;
    }

    /** At the slowest one's own samples, or on the grid that is asked for. */
    private Aligned interpolate(List<Series> series, Alignment wanted) {
        Series slowest = slowest(series);
        double stepS = step(slowest, wanted);
        double maxGapS = wanted.maxGapS() == null ? BRIDGED_STEPS * slowest.intervalS() : wanted.maxGapS();
        long[] times = slowest.stamps();
        Long origin = null;
        if (wanted.stepS() != null) {
            long step = nanos(stepS);
            long[] span = span(series);
            origin = Math.floorDiv(span[0], step) * step;
            int cells = cells(0, (span[1] - origin) / step, series.size());
            times = new long[cells];
            for (int i = 0; i < cells; i++) {
                times[i] = origin + i * step;
            }
        }
        double[][] columns = new double[series.size()][];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = between(times, series.get(c), nanos(maxGapS));
        }
        return complete(names(series), times, columns, Alignment.Rule.INTERPOLATE, stepS, null, maxGapS, origin);
    }

    private static double[] between(long[] times, Series series, long maxGap) {
        long[] stamps = series.stamps();
        double[] found = new double[times.length];
        int next = 0;
        for (int i = 0; i < times.length; i++) {
            while (next < stamps.length && stamps[next] < times[i]) {
                next++;
            }
            if (next < stamps.length && stamps[next] == times[i]) {
                found[i] = series.values()[next];
            } else if (next == 0
                    || next == stamps.length
                    || series.breaks().get(next)
                    || stamps[next] - stamps[next - 1] > maxGap) {
                found[i] = Double.NaN;
            } else {
                double share = (double) (times[i] - stamps[next - 1]) / (stamps[next] - stamps[next - 1]);
                found[i] = series.values()[next - 1] * (1 - share) + series.values()[next] * share;
            }
        }
        return found;
    }

    private static Series slowest(List<Series> series) {
        Series slowest = series.get(0);
        for (Series one : series) {
            slowest = one.intervalS() > slowest.intervalS() ? one : slowest;
        }
        return slowest;
    }

    private static double step(Series slowest, Alignment wanted) {
        Double asked = wanted.stepS();
        double step = asked == null ? slowest.intervalS() : asked;
        if (step <= 0) {
            throw new Refusal(
                    Refusal.TOO_FEW_POINTS, slowest.name() + " has too few values to find a step; give step_s");
        }
        return step;
    }

    /** By default the slowest one's samples lie in the middle of cells, so that jitter moves none into the next; a step that is asked for counts from 1970. */
    private static long origin(Series slowest, long step, boolean centred) {
        return centred ? slowest.stamps()[0] - step / 2 : 0;
    }

    private static long[] span(List<Series> series) {
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (Series one : series) {
            from = Math.min(from, one.stamps()[0]);
            to = Math.max(to, one.stamps()[one.size() - 1]);
        }
        return new long[] {from, to};
    }

    private int cells(long first, long last, int variables) {
        long cells = last - first + 1;
        if (cells * variables > maxCells) {
            throw new TooManyValues(cells * variables, maxCells, "/alignment/step_s");
        }
        return (int) cells;
    }

    private static List<String> names(List<Series> series) {
        return series.stream().map(Series::name).toList();
    }

    private static long nanos(double seconds) {
        return Math.max(1, Math.round(seconds * NANOS));
    }

    /** Keeps the rows that have at least two values. */
    private static Aligned complete(
            List<String> names,
            long[] stamps,
            double[][] columns,
            Alignment.Rule rule,
            @Nullable Double stepS,
            @Nullable Double toleranceS,
            @Nullable Double maxGapS,
            @Nullable Long origin) {
        long before = 0;
        int kept = 0;
        int[] rows = new int[stamps.length];
        for (int i = 0; i < stamps.length; i++) {
            int values = 0;
            for (double[] column : columns) {
                values += Double.isNaN(column[i]) ? 0 : 1;
            }
            before += values > 0 ? 1 : 0;
            if (values >= 2) {
                rows[kept++] = i;
            }
        }
        long[] keptStamps = new long[kept];
        double[][] keptColumns = new double[columns.length][kept];
        for (int k = 0; k < kept; k++) {
            keptStamps[k] = stamps[rows[k]];
            for (int c = 0; c < columns.length; c++) {
                keptColumns[c][k] = columns[c][rows[k]];
            }
        }
        return new Aligned(
                new Table(names, keptStamps, keptColumns),
                rule,
                stepS,
                toleranceS,
                maxGapS,
                origin,
                before,
                before - kept);
    }
}
