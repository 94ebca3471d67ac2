package dev.sinal.chunk;

import org.jspecify.annotations.Nullable;

/** What is known of the converter behind a channel: its declared step, and the grid that fitted the chunk before. */
final class GridHint {
    private final double declaredStep;
    private @Nullable Grid last;

    GridHint(double declaredStep) {
        this.declaredStep = declaredStep;
    }

    /** 0 when none is declared. */
    double declaredStep() {
        return declaredStep;
    }

    @Nullable
    Grid last() {
        return last;
    }

    void remember(Grid grid) {
        last = grid;
    }
}
