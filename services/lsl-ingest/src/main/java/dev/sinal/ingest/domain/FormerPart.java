package dev.sinal.ingest.domain;

import dev.sinal.contracts.EpochRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the node that handed a stream over had promised to collect: everything up to where this node's part begins. A node that dies after its
 * promise and before the cut leaves a hole that neither of the two sees by itself; what the store has of the former epoch shows it.
 *
 * @param node this one
 * @param epoch this node's first after the hand-over
 * @param firstUtc where it begins, UTC ns
 * @param rateHz nominal, 0 = irregular
 */
public record FormerPart(String node, long epoch, long firstUtc, double rateHz) {
    /** Why an epoch ended that another node goes on with. */
    public static final String HANDED_OVER = "handed_over";

    /** How it stands. @param gap what is missing, if anything */
    public record Finding(boolean complete, @Nullable GapFinding gap) {}

    /**
     * Compares with what is stored.
     *
     * @param epochs all of the stream
     * @return complete, or what would be missing if nothing more came; no gap where nothing of a former node is known at all
     */
    public Finding in(List<EpochRecord> epochs) {
        Optional<EpochRecord> former = epochs.stream()
                .filter(each -> each.epoch() < epoch && !each.node().equals(node) && each.lastTimestamp() != null)
                .max(Comparator.comparingLong(EpochRecord::epoch));
        Long last = former.map(EpochRecord::lastTimestamp).orElse(null);
        if (former.isEmpty() || last == null) {
            return new Finding(false, null);
        }
        boolean closed = HANDED_OVER.equals(former.get().closeReason());
        boolean near = rateHz > 0 && !GapFinding.wide(last, firstUtc, rateHz);
        if (closed || near || last >= firstUtc) {
            return new Finding(true, null);
        }
        return new Finding(
                false,
                new GapFinding(
                        former.get().epoch(),
                        last,
                        firstUtc,
                        GapFinding.between(last, firstUtc, rateHz),
                        GapFinding.COLLECTOR_DOWN,
                        "the node that handed the stream over ended before its part was stored"));
    }
}
