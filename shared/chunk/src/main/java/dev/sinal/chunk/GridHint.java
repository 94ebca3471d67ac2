package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the converter behind a channel: its declared step, and the grids that fitted chunks before. Several are kept, so that
 * an odd chunk does not displace what took luck to find; where nothing is ever found, the search is made more and more seldom.
 */
final class GridHint {
    private static final int KEPT = 4;
    /** Chunks between two searches in a channel in which none was of use. */
    private static final int LONGEST_REST = 64;

    private final double declaredStep;
    /** The one that fitted last comes first. */
    private final List<Grid> learned = new ArrayList<>(KEPT);

    private int pause;
    private int rest;

    GridHint(double declaredStep) {
        this.declaredStep = declaredStep;
    }

    /** 0 when none is declared. */
    double declaredStep() {
        return declaredStep;
    }

    /** How many grids are known. */
    int count() {
        return learned.size();
    }

    Grid grid(int i) {
        return learned.get(i);
    }

    /** This grid fitted: it comes first from now on. */
    void remember(Grid grid) {
        if (!learned.isEmpty() && learned.get(0).equals(grid)) {
            return;
        }
        learned.remove(grid);
        learned.add(0, grid);
        if (learned.size() > KEPT) {
            learned.remove(KEPT);
        }
    }

    /** Whether searches were in vain lately and this chunk is not worth another one. */
    boolean resting() {
        if (rest == 0) {
            return false;
        }
        rest--;
        return true;
    }

    void searched(boolean found) {
        pause = found ? 0 : Math.min(LONGEST_REST, 2 * pause + 1);
        rest = pause;
    }
}
