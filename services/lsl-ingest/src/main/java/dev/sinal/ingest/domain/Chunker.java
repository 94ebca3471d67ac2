package dev.sinal.ingest.domain;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.SampleBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Cuts the samples of one epoch into blocks. Numbers them from 1. */
final class Chunker {
    private final ChunkRules rules;
    private final String streamId;
    private final long epoch;
    private final int[] columns;
    private final ColumnBuilder[] builders;
    private final int rowBytes;
    private final boolean text;
    private final Consumer<SampleBlock> closed;

    private long[] stamps = new long[16];
    private double[] raw = new double[16];
    private int size;
    private long bytes;
    private long min;
    private long max;
    private double firstArrival;
    private TimeBasis basis = TimeBasis.LSL;
    private long nextSeq = 1;

    /** @param columns the stream's channels that are collected, in order @param closed told of every block */
    Chunker(
            ChunkRules rules,
            String streamId,
            long epoch,
            ChannelFormat format,
            int[] columns,
            Consumer<SampleBlock> closed) {
        this.rules = rules;
        this.streamId = streamId;
        this.epoch = epoch;
        this.columns = columns.clone();
        this.builders = new ColumnBuilder[columns.length];
        Arrays.setAll(builders, c -> ColumnBuilder.of(format));
        this.rowBytes = 16 + columns.length * format.bytes();
        this.text = format.isText();
        this.closed = closed;
    }

    /** @param utc ns @param arrival LSL clock, seconds */
    void add(SampleBatch batch, int i, long utc, TimeBasis sampleBasis, double arrival) {
        if (size > 0 && !fits(utc, sampleBasis)) {
            close();
        }
        if (size == 0) {
            firstArrival = arrival;
            basis = sampleBasis;
            min = utc;
            max = utc;
        }
        if (size == stamps.length) {
            stamps = Arrays.copyOf(stamps, size * 2);
            raw = Arrays.copyOf(raw, size * 2);
        }
        stamps[size] = utc;
        raw[size] = batch.stamp(i);
        min = Math.min(min, utc);
        max = Math.max(max, utc);
        size++;
        bytes += rowBytes;
        for (int c = 0; c < columns.length; c++) {
            builders[c].add(batch, i, columns[c]);
            if (text) {
                bytes += 3L * batch.stringAt(i, columns[c]).length();
            }
        }
        if (size >= rules.samples() || bytes >= rules.bytes()) {
            close();
        }
    }

    private boolean fits(long utc, TimeBasis sampleBasis) {
        long span = Math.max(max, utc) - Math.min(min, utc);
        return sampleBasis == basis
                && span < rules.spanNs()
                && span < ChunkRules.MAX_SPAN_NS
                && Math.floorDiv(utc, ChunkRules.DAY_NS) == Math.floorDiv(min, ChunkRules.DAY_NS);
    }

    /** Closes a block whose first sample has waited long enough. */
    void closeIfDue(double lslNow) {
        if (size > 0 && lslNow - firstArrival >= rules.delayS()) {
            close();
        }
    }

    /** Closes what is there, if anything. */
    void close() {
        if (size == 0) {
            return;
        }
        List<dev.sinal.chunk.Column> taken = new ArrayList<>(builders.length);
        for (ColumnBuilder builder : builders) {
            taken.add(builder.take());
        }
        SampleBlock block = new SampleBlock(
                streamId, epoch, nextSeq, basis, Arrays.copyOf(stamps, size), Arrays.copyOf(raw, size), taken);
        nextSeq += size;
        size = 0;
        bytes = 0;
        closed.accept(block);
    }

    /** Of the last sample added. */
    long lastSeq() {
        return nextSeq - 1 + size;
    }
}
