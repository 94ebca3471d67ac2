package dev.sinal.store.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * Which hot rows of an epoch become packed chunks now: consecutive rows, at least {@link #SAMPLES} samples together where the rules let them, none twice and
 * none left out.
 *
 * @param groups each the rows of one packed chunk, from the first row on
 * @param later how long the rows behind them have nothing to pack if they go on as they did, ns; 0: look again at once
 */
public record PackPlan(List<List<HotRow>> groups, long later) {
    /** From so many samples on a chunk is long enough. */
    public static final int SAMPLES = 10_000;

    /** Samples times channels of a packed chunk: what a reader of it must hold. */
    public static final int VALUES = 1 << 22;

    /** Of the hot chunks that are joined. */
    public static final int BYTES = 32 << 20;

    private static final long SOONEST_NS = 5_000_000_000L;
    private static final long LATEST_NS = 900_000_000_000L;

    public PackPlan {
        groups = List.copyOf(groups);
    }

    /**
     * When rows may be packed.
     *
     * @param now by the clock of the database, UTC ns
     * @param afterNs age of the youngest sample of a long chunk
     * @param holdNs age at which rows are packed although they are few
     * @param ended nothing comes to the epoch any more
     */
    public record Rules(long now, long afterNs, long holdNs, boolean ended) {
        /** Everything at once, for people who do not want to wait. */
        public static Rules atOnce(long now) {
            return new Rules(now, Long.MIN_VALUE, 0, true);
        }

        /** Old by its stamps, or, if those are of the future, by its arrival. */
        boolean settled(long te, long arrivedBy) {
            return afterNs == Long.MIN_VALUE || te <= now - afterNs || arrivedBy <= now - afterNs;
        }

        /** By arrival alone: old samples that come one by one today may still become one long chunk. */
        boolean held(HotRow first) {
            return first.arrivedBy() <= now - holdNs;
        }
    }

    /**
     * @param rows of one epoch behind the packed ones, in order of seq
     * @param more whether there are rows behind these
     */
    public static PackPlan of(List<HotRow> rows, boolean more, Rules rules) {
        List<List<HotRow>> groups = new ArrayList<>();
        int from = 0;
        while (from < rows.size()) {
            Group group = new Group(rows.get(from));
            int to = from + 1;
            while (to < rows.size() && !group.full() && group.takes(rows.get(to))) {
                group.add(rows.get(to++));
            }
            boolean grows = to == rows.size() && !group.full();
            if (grows && more && from > 0) {
                return new PackPlan(groups, 0);
            }
            boolean few = grows && !more && !rules.ended() && !rules.held(rows.get(from));
            if (few || !rules.settled(group.te, group.arrivedBy)) {
                return new PackPlan(groups, group.later(rules, few));
            }
            groups.add(rows.subList(from, to));
            from = to;
        }
        return new PackPlan(groups, more ? 0 : LATEST_NS);
    }

    private static final class Group {
        private final int channels;
        private long lastSeq;
        private long lastTx;
        private long samples;
        private long bytes;
        private long ts;
        private long te;
        private long arrivedBy;

        Group(HotRow first) {
            channels = first.channels();
            ts = first.ts();
            te = first.te();
            arrivedBy = first.arrivedBy();
            add(first);
        }

        void add(HotRow row) {
            lastSeq = row.lastSeq();
            lastTx = row.tx();
            samples += row.n();
            bytes += row.bytes();
            ts = Math.min(ts, row.ts());
            te = Math.max(te, row.te());
            arrivedBy = Math.max(arrivedBy, row.arrivedBy());
        }

        boolean full() {
            return samples >= SAMPLES;
        }

        boolean takes(HotRow next) {
            return next.firstSeq() == lastSeq + 1
                    && next.channels() == channels
                    && Long.compareUnsigned(next.tx(), lastTx) >= 0
                    && (samples + next.n()) * Math.max(1, channels) <= VALUES
                    && bytes + next.bytes() <= BYTES
                    && ChunkRow.fits(Math.min(ts, next.ts()), Math.max(te, next.te()));
        }

        /** @param few whether samples are missing, not only age */
        long later(Rules rules, boolean few) {
            long wait = Math.max(0, te - (rules.now() - rules.afterNs()));
            if (few) {
                long span = te - ts;
                double missing = samples > 1 && span > 0
                        ? Math.min((double) (SAMPLES - samples) * span / samples, ChunkRow.MAX_SPAN_NS - span)
                        : SOONEST_NS;
                wait += (long) missing;
            }
            return Math.max(SOONEST_NS, Math.min(LATEST_NS, wait));
        }
    }
}
