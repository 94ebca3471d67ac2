package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Refusal;
import dev.sinal.analytics.domain.StreamTable;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the wanted columns of one stream, and of those it follows under its name, row by row. */
final class StreamSink {
    private static final int FIRST_ROWS = 1024;

    private final StreamDescriptor newest;
    private final boolean skipTexts;
    private final List<String> names;
    private final List<Catalog.Variable> variables;
    private final Set<String> streams = new LinkedHashSet<>();
    private final List<BitSet> absent = new ArrayList<>();
    private final BitSet epochStarts = new BitSet();
    private final List<EpochSpan> epochs = new ArrayList<>();
    private final Map<StreamDescriptor, int[]> columnsOf = new IdentityHashMap<>();
    private long[] stamps = new long[FIRST_ROWS];
    private double[][] columns;
    private int rows;

    /** What was read of one epoch. @param from first stamp, UTC ns @param to last stamp, UTC ns */
    record EpochSpan(String stream, long epoch, String timeBasis, long from, long to, long n) {}

    /** @param variables of one newest stream @param skipTexts texts count as absent instead of being refused */
    StreamSink(List<Catalog.Variable> variables, boolean skipTexts) {
        this.skipTexts = skipTexts;
        this.newest = variables.get(0).stream().descriptor();
        this.variables = List.copyOf(variables);
        this.names = variables.stream().map(Catalog.Variable::name).toList();
        List<String> metrics = variables.stream().map(Catalog.Variable::metric).toList();
        variables.forEach(variable -> streams.addAll(variable.streamIds()));
        this.columns = new double[metrics.size()][FIRST_ROWS];
        metrics.forEach(metric -> absent.add(new BitSet()));
    }

    /** Ids of the streams whose rows belong here. */
    Set<String> streams() {
        return streams;
    }

    int width() {
        return columns.length;
    }

    /** Which columns of a descriptor are needed. */
    int[] choose(StreamDescriptor stream) {
        return Arrays.stream(columns(stream)).filter(c -> c >= 0).toArray();
    }

    private int[] columns(StreamDescriptor stream) {
        return variables.stream()
                .mapToInt(v -> v.streamIds().contains(stream.id()) ? stream.column(v.metric()) : -1)
                .toArray();
    }

    /** @return whether the row holds anything that is wanted, or is one that should */
    boolean accept(Row row) {
        int[] from = columnsOf.computeIfAbsent(row.stream(), this::columns);
        int present = 0;
        for (int c : from) {
            present += wanted(row, c) ? 1 : 0;
        }
        if (present == 0 && external()) {
            return false;
        }
        grow();
        stamps[rows] = row.timestamp();
        for (int i = 0; i < from.length; i++) {
            int c = from[i];
            if (wanted(row, c)) {
                refuseText(row.format(c), i);
                columns[i][rows] = row.value(c);
            } else {
                columns[i][rows] = Double.NaN;
                absent.get(i).set(rows);
            }
        }
        note(row);
        rows++;
        return true;
    }

    private boolean wanted(Row row, int column) {
        if (column < 0 || !row.isPresent(column)) {
            return false;
        }
        SampleFormat format = row.format(column);
        return !skipTexts || format == null || !format.isText();
    }

    private void refuseText(@Nullable SampleFormat format, int i) {
        if (format != null && format.isText()) {
            throw new Refusal(Refusal.NON_NUMERIC_METRIC, "'" + names.get(i) + "' holds texts, not numbers");
        }
    }

    private void note(Row row) {
        int last = epochs.size() - 1;
        EpochSpan span = last < 0 ? null : epochs.get(last);
        String basis = row.basis().wireName();
        if (span != null && span.epoch() == row.epoch() && span.timeBasis().equals(basis)) {
            epochs.set(
                    last,
                    new EpochSpan(newest.name(), span.epoch(), basis, span.from(), row.timestamp(), span.n() + 1));
            return;
        }
        if (span != null && span.epoch() != row.epoch()) {
            epochStarts.set(rows);
        }
        int known = find(row.epoch(), basis);
        if (known < 0) {
            epochs.add(new EpochSpan(newest.name(), row.epoch(), basis, row.timestamp(), row.timestamp(), 1));
        } else {
            // Epochs that interleave (late data): the span moves to the end and grows.
            EpochSpan earlier = epochs.remove(known);
            epochs.add(
                    new EpochSpan(newest.name(), row.epoch(), basis, earlier.from(), row.timestamp(), earlier.n() + 1));
        }
    }

    private int find(long epoch, String basis) {
        for (int i = 0; i < epochs.size(); i++) {
            if (epochs.get(i).epoch() == epoch && epochs.get(i).timeBasis().equals(basis)) {
                return i;
            }
        }
        return -1;
    }

    private void grow() {
        if (rows < stamps.length) {
            return;
        }
        int larger = Math.addExact(rows, Math.max(FIRST_ROWS, rows / 2));
        stamps = Arrays.copyOf(stamps, larger);
        for (int i = 0; i < columns.length; i++) {
            columns[i] = Arrays.copyOf(columns[i], larger);
        }
    }

    List<EpochSpan> epochs() {
        return List.copyOf(epochs);
    }

    private boolean external() {
        return newest.type().equals("external");
    }

    /** @param gaps of any stream */
    StreamTable table(List<GapRecord> gaps) {
        double[][] filled = new double[columns.length][];
        for (int i = 0; i < columns.length; i++) {
            filled[i] = Arrays.copyOf(columns[i], rows);
        }
        long[] times = Arrays.copyOf(stamps, rows);
        double period = newest.nominalRate() > 0 ? 1 / newest.nominalRate() : 0;
        // A new epoch of an external agent is a new metric, not an interruption.
        BitSet breaks = external() ? new BitSet() : (BitSet) epochStarts.clone();
        for (GapRecord gap : gaps) {
            // Samples missing somewhere within a stretch leave no one place to break it.
            if (streams.contains(gap.stream()) && !gap.cause().equals("rate_deficit")) {
                breakAt(times, gap, breaks);
            }
        }
        return new StreamTable(newest.id(), newest.name(), !external(), period, names, times, filled, absent, breaks);
    }

    /** Between the neighbours that the gap lies between. Its ends are samples that we have. */
    private static void breakAt(long[] times, GapRecord gap, BitSet breaks) {
        int at = Arrays.binarySearch(times, gap.from() + 1);
        int i = Math.max(1, at < 0 ? -at - 1 : at);
        Long to = gap.to();
        while (i > 1 && times[i - 1] >= gap.from() + 1) {
            i--;
        }
        while (i < times.length && (to == null || times[i - 1] < to)) {
            breaks.set(i);
            i++;
        }
    }
}
