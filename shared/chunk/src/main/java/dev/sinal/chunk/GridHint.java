package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is known of a channel: the declared step of its converter, the grids that fitted chunks before, and whether DEFLATE was of use. Several are kept, so that
 * an odd chunk does not displace what took luck to find; where nothing is ever found, the search is made more and more seldom.
 */
final class GridHint {
    private static final int KEPT = 4;

    private static final int ANCHORS = 32;
    /** Two estimates of one step differ by less than this share. */
    private static final double SAME_CONVERTER = 1e-3;
    /** Chunks between two attempts in a channel in which none was of use. */
    private static final int LONGEST_REST = 64;

    private final double declaredStep;
    /** The one that fitted last comes first. */
    private final List<Grid> learned = new ArrayList<>(KEPT);

    private final double[] anchors = new double[ANCHORS];
    private int anchorsSeen;
    private final Rest search = new Rest();
    private final Rest refinement = new Rest();
    private final Rest deflation = new Rest();

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

    /** The grid that fitted is known better now. */
    void replaceFirst(Grid grid) {
        learned.set(0, grid);
    }

    /** Values of chunks before that were on a grid found here, far apart; at most {@value #ANCHORS}. */
    double[] anchors() {
        return Arrays.copyOf(anchors, Math.min(anchorsSeen, ANCHORS));
    }

    void addAnchor(double value) {
        anchors[anchorsSeen < ANCHORS ? anchorsSeen : anchorsSeen % ANCHORS] = value;
        anchorsSeen = anchorsSeen == 2 * ANCHORS - 1 ? ANCHORS : anchorsSeen + 1;
    }

    /** A search found this grid. Where it is another converter's, what was seen before says nothing of it. */
    void found(Grid grid) {
        if (learned.isEmpty() || Math.abs(learned.get(0).step() / grid.step() - 1) > SAME_CONVERTER) {
            anchorsSeen = 0;
        }
        remember(grid);
    }

    /** Attempts to know a grid better. */
    Rest refinement() {
        return refinement;
    }

    /** Searches for a grid. */
    Rest search() {
        return search;
    }

    /** Attempts to deflate what is packed already. */
    Rest deflation() {
        return deflation;
    }

    /** Something costly that is tried ever more seldom while it is in vain. */
    static final class Rest {
        private int pause;
        private int left;

        /** Whether it was in vain lately and this chunk is not worth another attempt. */
        boolean resting() {
            if (left == 0) {
                return false;
            }
            left--;
            return true;
        }

        void tried(boolean useful) {
            pause = useful ? 0 : Math.min(LONGEST_REST, 2 * pause + 1);
            left = pause;
        }
    }
}
