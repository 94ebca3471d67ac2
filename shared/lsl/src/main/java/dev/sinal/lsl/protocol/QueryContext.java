package dev.sinal.lsl.protocol;

/**
 * Where an expression is evaluated.
 *
 * @param node the context node
 * @param position its place among its peers, from 1
 * @param size how many peers there are
 * @param budget what is left of the work allowed
 */
record QueryContext(QueryNode node, int position, int size, Budget budget) {
    QueryContext at(QueryNode other, int otherPosition, int otherSize) {
        return new QueryContext(other, otherPosition, otherSize, budget);
    }

    /** Bounds the work of one evaluation: a predicate of 4096 characters over a large tree could otherwise take minutes. */
    static final class Budget {
        static final int STEPS = 100_000;

        private int left = STEPS;

        void spend(int steps) {
            left -= steps;
            if (left < 0) {
                throw new TooMuchWork();
            }
        }
    }

    /** The budget is spent. */
    static final class TooMuchWork extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuchWork() {
            super("query takes too much work", null, false, false);
        }
    }
}
