package dev.sinal.contracts.read;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * One sample of one stream. Every {@link RowMerger} has one row that {@link RowMerger#advance} moves on: copy what outlives the next step.
 * Columns count as in {@code stream().channels()}; a column that was not chosen is absent.
 */
public final class Row {
    private @Nullable DecodedChunk chunk;
    private int sample;

    Row() {}

    void move(DecodedChunk to, int index) {
        chunk = to;
        sample = index;
    }

    private DecodedChunk at() {
        DecodedChunk current = chunk;
        if (current == null) {
            throw new IllegalStateException("advance to a row first");
        }
        return current;
    }

    /** As of this row's epoch. */
    public StreamDescriptor stream() {
        return at().stream();
    }

    public long epoch() {
        return at().epoch();
    }

    public long seq() {
        return at().seq(sample);
    }

    /** UTC ns. */
    public long timestamp() {
        return at().timestamp(sample);
    }

    public TimeBasis basis() {
        return at().basis();
    }

    /** The producer's own stamp in seconds of its clock; NaN when it gave none. */
    public double rawStamp() {
        return at().rawStamp(sample);
    }

    public RowKey key() {
        return new RowKey(timestamp(), at().streamId(), epoch(), seq());
    }

    public boolean isPresent(int column) {
        Column values = at().column(column);
        return values != null && values.isPresent(sample);
    }

    /** How the column is stored; null when it was not chosen. */
    public @Nullable SampleFormat format(int column) {
        Column values = at().column(column);
        return values == null ? null : values.format();
    }

    /** All values of the column's chunk, as they are stored; this row's is {@link #sample}. Null when the column was not chosen. For loops that write many columns. */
    public @Nullable Column values(int column) {
        return at().column(column);
    }

    /** Where in {@link #values} this row is. */
    public int sample() {
        return sample;
    }

    /** In the unit that users see, that is, scaled; NaN when absent, and for text. */
    public double value(int column) {
        Column values = at().column(column);
        if (values == null || !values.isPresent(sample)) {
            return Double.NaN;
        }
        ChannelDescriptor channel = at().stream().channels().get(column);
        double raw = values.doubleAt(sample);
        return channel.scaled() ? channel.apply(raw) : raw;
    }

    /** The stored integer, not scaled: for columns whose {@link #format} is an integer and that are not {@code scaled()}. 0 when absent. */
    public long longValue(int column) {
        Column values = at().column(column);
        return values == null ? 0 : values.longAt(sample);
    }

    /** For text columns; empty when absent. */
    public String text(int column) {
        Column values = at().column(column);
        return values == null ? "" : values.textAt(sample);
    }
}
