package dev.sinal.gateway.live;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChannelDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * What one viewer sees of a frame.
 *
 * @param columns sent
 * @param rows sent; null = all
 * @param step seq from one row to the next; 0 when it differs
 */
record Part(LiveStream stream, SampleBlock block, int[] columns, int @Nullable [] rows, int step) {
    int count() {
        return rows == null ? block.size() : rows.length;
    }

    int row(int i) {
        return rows == null ? i : rows[i];
    }

    long timestamp(int i) {
        return block.timestamps()[row(i)];
    }

    long seq(int i) {
        return block.firstSeq() + row(i);
    }

    Column column(int c) {
        return block.column(columns[c]);
    }

    ChannelDescriptor channel(int c) {
        return stream.descriptor().channels().get(columns[c]);
    }

    boolean present(int c, int i) {
        return column(c).isPresent(row(i));
    }

    /** In the unit that users see. */
    double value(int c, int i) {
        return channel(c).apply(column(c).doubleAt(row(i)));
    }

    /** Whether the column goes out as the integers it is made of. */
    boolean whole(int c) {
        return column(c).format().isInteger() && !channel(c).scaled();
    }

    boolean anyText() {
        for (int c = 0; c < columns.length; c++) {
            if (column(c).format().isText()) {
                return true;
            }
        }
        return false;
    }

    Stretch stretch(ViewGroup group) {
        return new Stretch(
                group,
                stream.id(),
                stream.descriptor().name(),
                block.epoch(),
                block.firstSeq(),
                block.lastSeq(),
                block.timestamps()[0],
                block.timestamps()[block.size() - 1]);
    }
}
