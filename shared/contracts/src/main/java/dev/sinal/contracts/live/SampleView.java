package dev.sinal.contracts.live;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import org.jspecify.annotations.Nullable;

/** Samples as a reader sees them: some columns and rows of a block, in the units of its stream. Channels and rows count from 0 within the view. */
public interface SampleView {
    /** As of the block's epoch. */
    StreamDescriptor descriptor();

    SampleBlock block();

    /** Columns of the block that are seen. */
    int[] columns();

    /** Rows of the block that are seen; null = all. */
    int @Nullable [] rows();

    /** Seq from one row to the next; 0 when it differs. */
    int step();

    /** All of a block. */
    static SampleView all(StreamDescriptor stream, SampleBlock block) {
        int[] columns = new int[block.columns().size()];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = c;
        }
        return new WholeBlock(stream, block, columns);
    }

    default int count() {
        int[] rows = rows();
        return rows == null ? block().size() : rows.length;
    }

    default int row(int i) {
        int[] rows = rows();
        return rows == null ? i : rows[i];
    }

    /** UTC ns. */
    default long timestamp(int i) {
        return block().timestamps()[row(i)];
    }

    default long seq(int i) {
        return block().firstSeq() + row(i);
    }

    default Column column(int c) {
        return block().column(columns()[c]);
    }

    default ChannelDescriptor channel(int c) {
        return descriptor().channels().get(columns()[c]);
    }

    default boolean present(int c, int i) {
        return column(c).isPresent(row(i));
    }

    /** In the unit that users see. */
    default double value(int c, int i) {
        return channel(c).apply(column(c).doubleAt(row(i)));
    }

    /** Whether the column goes out as the integers it is made of. */
    default boolean whole(int c) {
        return column(c).format().isInteger() && !channel(c).scaled();
    }
}
