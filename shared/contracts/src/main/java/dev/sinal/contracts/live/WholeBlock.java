package dev.sinal.contracts.live;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StreamDescriptor;
import org.jspecify.annotations.Nullable;

/** Every row and column of a block. */
record WholeBlock(StreamDescriptor descriptor, SampleBlock block, int[] columns) implements SampleView {
    @Override
    public int @Nullable [] rows() {
        return null;
    }

    @Override
    public int step() {
        return 1;
    }
}
