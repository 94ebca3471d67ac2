package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.live.SampleView;
import org.jspecify.annotations.Nullable;

/**
 * What one viewer sees of a frame.
 *
 * @param columns sent
 * @param rows sent; null = all
 * @param step seq from one row to the next; 0 when it differs
 */
record Part(LiveStream stream, SampleBlock block, int[] columns, int @Nullable [] rows, int step)
        implements SampleView {
    @Override
    public StreamDescriptor descriptor() {
        return stream.descriptor();
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
