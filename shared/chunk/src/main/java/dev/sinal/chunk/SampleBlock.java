package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Uncompressed consecutive samples of one epoch, in columns. Arrays handed in belong to the block from then on, and those it
 * returns must not be changed.
 */
public final class SampleBlock {
    private final String streamId;
    private final long epoch;
    private final long firstSeq;
    private final TimeBasis basis;
    private final long[] timestamps;
    private final double @Nullable [] rawStamps;
    private final List<Column> columns;

    /**
     * @param streamId 1 to 64 printable ASCII characters
     * @param epoch 0 while nobody has numbered the samples
     * @param firstSeq sequence number of the first sample in its epoch, from 1; 0 while nobody has numbered them
     * @param timestamps UTC in nanoseconds since 1970, one a sample, in order of arrival
     * @param rawStamps the producer's own stamps in seconds of its clock, or null when it gave none
     * @param columns one a channel, each as long as {@code timestamps}
     */
    public SampleBlock(
            String streamId,
            long epoch,
            long firstSeq,
            TimeBasis basis,
            long[] timestamps,
            double @Nullable [] rawStamps,
            List<? extends Column> columns) {
        checkStreamId(streamId);
        checkNumbering(epoch, firstSeq, timestamps.length);
        if (rawStamps != null && rawStamps.length != timestamps.length) {
            throw new IllegalArgumentException(rawStamps.length + " raw stamps for " + timestamps.length + " samples");
        }
        this.streamId = streamId;
        this.epoch = epoch;
        this.firstSeq = firstSeq;
        this.basis = Objects.requireNonNull(basis);
        this.timestamps = timestamps;
        this.rawStamps = rawStamps;
        this.columns = List.copyOf(columns);
        for (int c = 0; c < this.columns.size(); c++) {
            if (this.columns.get(c).size() != timestamps.length) {
                throw new IllegalArgumentException("column " + c + " has "
                        + this.columns.get(c).size() + " values for " + timestamps.length + " samples");
            }
        }
    }

    public String streamId() {
        return streamId;
    }

    public long epoch() {
        return epoch;
    }

    public long firstSeq() {
        return firstSeq;
    }

    /** Of the last sample; {@code firstSeq - 1} when the block is empty. */
    public long lastSeq() {
        return firstSeq + timestamps.length - 1;
    }

    public TimeBasis basis() {
        return basis;
    }

    public long[] timestamps() {
        return timestamps;
    }

    public double @Nullable [] rawStamps() {
        return rawStamps;
    }

    public List<Column> columns() {
        return columns;
    }

    public Column column(int c) {
        return columns.get(c);
    }

    /** Samples. */
    public int size() {
        return timestamps.length;
    }

    /** Samples {@code from} (inclusive) to {@code to} (exclusive), copied, with the numbers they have here. */
    public SampleBlock slice(int from, int to) {
        Objects.checkFromToIndex(from, to, timestamps.length);
        List<Column> sliced = new ArrayList<>(columns.size());
        for (Column column : columns) {
            sliced.add(column.slice(from, to));
        }
        return new SampleBlock(
                streamId,
                epoch,
                firstSeq + from,
                basis,
                Arrays.copyOfRange(timestamps, from, to),
                rawStamps == null ? null : Arrays.copyOfRange(rawStamps, from, to),
                sliced);
    }

    /** The same samples with these channels only, in this order. */
    public SampleBlock select(int[] channels) {
        List<Column> selected = new ArrayList<>(channels.length);
        for (int c : channels) {
            selected.add(columns.get(c));
        }
        return new SampleBlock(streamId, epoch, firstSeq, basis, timestamps, rawStamps, selected);
    }

    /** Compares by bits, as {@link Column}s do. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SampleBlock that
                && that.streamId.equals(streamId)
                && that.epoch == epoch
                && that.firstSeq == firstSeq
                && that.basis == basis
                && Arrays.equals(that.timestamps, timestamps)
                && sameBits(that.rawStamps, rawStamps)
                && that.columns.equals(columns);
    }

    @Override
    public int hashCode() {
        return Objects.hash(streamId, epoch, firstSeq, basis, Arrays.hashCode(timestamps), columns);
    }

    @Override
    public String toString() {
        return "SampleBlock[stream=" + streamId + ", epoch=" + epoch + ", seq=" + firstSeq + ".." + lastSeq()
                + ", channels=" + columns.size() + "]";
    }

    private static boolean sameBits(double @Nullable [] a, double @Nullable [] b) {
        if (a == null || b == null) {
            return a == b;
        }
        return new DoubleColumn(a).equals(new DoubleColumn(b));
    }

    static void checkStreamId(String streamId) {
        if (streamId.isEmpty() || streamId.length() > ChunkLimits.STREAM_ID) {
            throw new ChunkFormatException(
                    "streamId",
                    streamId.length() + " characters, not 1 to " + ChunkLimits.STREAM_ID,
                    ChunkLimits.STREAM_ID);
        }
        for (int i = 0; i < streamId.length(); i++) {
            if (streamId.charAt(i) <= ' ' || streamId.charAt(i) > '~') {
                throw new ChunkFormatException("streamId", "character " + i + " is not printable ASCII");
            }
        }
    }

    static void checkNumbering(long epoch, long firstSeq, int count) {
        if (epoch < 0) {
            throw new ChunkFormatException("epoch", epoch + " is negative");
        }
        if (firstSeq < 0 || firstSeq > Long.MAX_VALUE - count) {
            throw new ChunkFormatException("firstSeq", firstSeq + " is negative or leaves int64", Long.MAX_VALUE);
        }
    }
}
