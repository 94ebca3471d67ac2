package dev.sinal.store.domain;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Samples that programs pushed, laid out as the stream keeps them: one column per metric the stream ever had, write after write, each by time, in blocks
 * that keep the rules of a row and in which time does not go back. A metric that a sample did not name is absent there.
 */
public final class ExternalLayout {
    static final int MAX_SAMPLES = 10_000;

    private final List<String> columns;
    private final Map<String, Integer> place = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();

    /** @param metrics name of each column of the block */
    public record Pushed(List<String> metrics, SampleBlock block) {
        public Pushed {
            metrics = List.copyOf(metrics);
            if (metrics.size() != block.columns().size()) {
                throw new IllegalArgumentException(
                        metrics.size() + " metrics for " + block.columns().size() + " columns");
            }
            if (Set.copyOf(metrics).size() != metrics.size()) {
                throw new IllegalArgumentException("a metric is named twice");
            }
        }
    }

    /** One pushed sample. @param columns where each of the block's columns goes */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sample(long timestamp, SampleBlock block, int row, int[] columns) {
        /** Whether this sample has text, not a number, in the block's column. */
        boolean isText(int column) {
            return block.column(column).format().isText();
        }
    }

    /** @param columns metrics of the stream, in order @param writes in order of arrival */
    public ExternalLayout(List<String> columns, List<List<Pushed>> writes) {
        this.columns = List.copyOf(columns);
        for (int c = 0; c < columns.size(); c++) {
            place.put(columns.get(c), c);
        }
        writes.forEach(this::add);
    }

    private void add(List<Pushed> write) {
        int start = samples.size();
        for (Pushed one : write) {
            int[] places = one.metrics().stream().mapToInt(this::placeOf).toArray();
            long[] stamps = one.block().timestamps();
            for (int row = 0; row < stamps.length; row++) {
                samples.add(new Sample(stamps[row], one.block(), row, places));
            }
        }
        samples.subList(start, samples.size()).sort(Comparator.comparingLong(Sample::timestamp));
    }

    /** The stream's metrics and after them the new ones, in order of appearance. */
    public static List<String> union(List<String> known, List<Pushed> pushed) {
        Set<String> union = new LinkedHashSet<>(known);
        pushed.forEach(one -> union.addAll(one.metrics()));
        return List.copyOf(union);
    }

    /** @param firstSeq number of the first sample */
    public List<SampleBlock> blocks(String streamId, long epoch, long firstSeq) {
        List<SampleBlock> blocks = new ArrayList<>();
        int start = 0;
        while (start < samples.size()) {
            boolean[] text = new boolean[columns.size()];
            int end = endOfBlock(start, text);
            blocks.add(block(streamId, epoch, firstSeq + start, start, end, text));
            start = end;
        }
        return blocks;
    }

    private int placeOf(String metric) {
        Integer at = place.get(metric);
        if (at == null) {
            throw new IllegalArgumentException("no column for metric " + metric);
        }
        return at;
    }

    /** A column of a block holds either numbers or text. @param text set for columns that hold text in this block */
    private int endOfBlock(int start, boolean[] text) {
        BitSet decided = new BitSet();
        long first = samples.get(start).timestamp();
        long before = first;
        int end = start;
        while (end < samples.size() && end - start < MAX_SAMPLES) {
            Sample sample = samples.get(end);
            long stamp = sample.timestamp();
            if (stamp < before || !ChunkRow.fits(first, stamp) || !agrees(sample, decided, text)) {
                return end;
            }
            before = stamp;
            end++;
        }
        return end;
    }

    private static boolean agrees(Sample sample, BitSet decided, boolean[] text) {
        for (int c = 0; c < sample.columns().length; c++) {
            int at = sample.columns()[c];
            if (sample.block().column(c).isPresent(sample.row()) && decided.get(at) && text[at] != sample.isText(c)) {
                return false;
            }
        }
        for (int c = 0; c < sample.columns().length; c++) {
            int at = sample.columns()[c];
            if (sample.block().column(c).isPresent(sample.row()) && !decided.get(at)) {
                decided.set(at);
                text[at] = sample.isText(c);
            }
        }
        return true;
    }

    private SampleBlock block(String streamId, long epoch, long seq, int start, int end, boolean[] text) {
        int size = end - start;
        long[] stamps = new long[size];
        double[][] numbers = new double[columns.size()][];
        String[][] texts = new String[columns.size()][];
        BitSet[] present = new BitSet[columns.size()];
        for (int c = 0; c < columns.size(); c++) {
            present[c] = new BitSet(size);
            if (text[c]) {
                texts[c] = new String[size];
                Arrays.fill(texts[c], "");
            } else {
                numbers[c] = new double[size];
            }
        }
        for (int i = 0; i < size; i++) {
            Sample sample = samples.get(start + i);
            stamps[i] = sample.timestamp();
            for (int c = 0; c < sample.columns().length; c++) {
                Column column = sample.block().column(c);
                int at = sample.columns()[c];
                if (column.isPresent(sample.row())) {
                    present[at].set(i);
                    if (text[at]) {
                        texts[at][i] = column.textAt(sample.row());
                    } else {
                        numbers[at][i] = column.doubleAt(sample.row());
                    }
                }
            }
        }
        List<Column> laidOut = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            laidOut.add(text[c] ? new TextColumn(texts[c], present[c]) : new DoubleColumn(numbers[c], present[c]));
        }
        return new SampleBlock(streamId, epoch, seq, TimeBasis.CLIENT, stamps, null, laidOut);
    }
}
