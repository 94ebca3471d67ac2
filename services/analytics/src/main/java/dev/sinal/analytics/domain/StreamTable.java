package dev.sinal.analytics.domain;

import java.util.BitSet;
import java.util.List;

/**
 * The samples of one stream in a range, in order, as far as they are needed.
 *
 * @param stream its name
 * @param holesCount whether an absent value is a missing one; not so for external agents, who report what they have
 * @param periodS nominal seconds between samples; 0 = irregular
 * @param variables names as in the template, one a column
 * @param stamps UTC ns, never decreasing
 * @param columns NaN where the value is absent or is NaN
 * @param absent which values are absent
 * @param breaks i: a gap lies between samples i − 1 and i
 */
public record StreamTable(
        String streamId,
        String stream,
        boolean holesCount,
        double periodS,
        List<String> variables,
        long[] stamps,
        double[][] columns,
        List<BitSet> absent,
        BitSet breaks) {
    public StreamTable {
        variables = List.copyOf(variables);
        absent = List.copyOf(absent);
    }

    public int rows() {
        return stamps.length;
    }

    /** The finite values of a column. */
    public Series series(int column) {
        double[] values = columns[column];
        BitSet holes = absent.get(column);
        int n = 0;
        int nan = 0;
        int infinite = 0;
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                n++;
            } else if (!holes.get(i)) {
                nan += Double.isNaN(values[i]) ? 1 : 0;
                infinite += Double.isInfinite(values[i]) ? 1 : 0;
            }
        }
        long[] times = new long[n];
        double[] finite = new double[n];
        BitSet broken = new BitSet();
        boolean crossed = false;
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            crossed |= breaks.get(i);
            if (Double.isFinite(values[i])) {
                times[at] = stamps[i];
                finite[at] = values[i];
                broken.set(at, crossed && at > 0);
                crossed = false;
                at++;
            }
        }
        int holesMissing = holesCount ? holes.cardinality() : 0;
        return new Series(variables.get(column), times, finite, broken, periodS, holesMissing + nan, nan, infinite);
    }
}
