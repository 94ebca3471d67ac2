package dev.sinal.store.domain;

import dev.sinal.contracts.GapRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the epochs of one stream cover of its time, and what that leaves of the gaps that were told. A gap is told by what its teller knows: a former
 * owner may deliver later what a successor missed, and two owners may tell of the same hole. In UTC, so good to what the clocks of two owners agree on.
 */
public final class Coverage {
    /** The only cause that is told about somebody else's epoch, which may still grow. */
    private static final String COLLECTOR_DOWN = "collector_down";
    /** Samples that were stored once: that an epoch reaches beyond them says nothing. */
    private static final String STORE_LOST = "store_lost";
    /** Shorter rests of irregular streams are what clocks disagree on. */
    private static final long CLOCKS_NS = 10_000_000;

    /** Stretches in which an epoch is shown, by start. */
    private final TreeMap<Long, List<Shown>> shown = new TreeMap<>();
    /** Stretches of epochs that others show. */
    private final Map<Long, List<Stretch>> hidden = new HashMap<>();

    private long longest;

    /** @param from UTC ns @param to UTC ns, inclusive */
    private record Stretch(long from, long to) {}

    private record Shown(long epoch, Stretch at) {}

    /** @param epochs of one stream */
    public Coverage(List<EpochSpan> epochs) {
        List<EpochSpan> byFence = new ArrayList<>(epochs);
        byFence.sort(Comparator.comparingLong(EpochSpan::fence));
        Stretches lower = new Stretches();
        for (int i = 0; i < byFence.size(); ) {
            int next = i;
            while (next < byFence.size()
                    && byFence.get(next).fence() == byFence.get(i).fence()) {
                place(byFence.get(next++), lower);
            }
            for (; i < next; i++) {
                lower.add(byFence.get(i).from(), byFence.get(i).to());
            }
        }
    }

    private void place(EpochSpan epoch, Stretches lower) {
        long at = epoch.from();
        List<Stretch> under = lower.within(epoch.from(), epoch.to());
        for (Stretch other : under) {
            if (at < other.from()) {
                show(epoch.epoch(), at, other.from());
            }
            at = other.to();
        }
        if (under.isEmpty() || at < epoch.to()) {
            show(epoch.epoch(), at, epoch.to());
        }
        if (!under.isEmpty()) {
            hidden.put(epoch.epoch(), under);
        }
    }

    private void show(long epoch, long from, long to) {
        longest = Math.max(longest, to - from);
        shown.computeIfAbsent(from, start -> new ArrayList<>()).add(new Shown(epoch, new Stretch(from, to)));
    }

    /** What is left of a gap of this stream: itself, nothing, or the parts that nobody covers, each with its share of the estimate. */
    public List<GapRecord> rest(GapRecord gap) {
        if (STORE_LOST.equals(gap.cause())) {
            return List.of(gap);
        }
        Long told = gap.to();
        long to = told == null ? Long.MAX_VALUE : told;
        Stretches covered = new Stretches();
        hidden.getOrDefault(gap.epoch(), List.of()).forEach(other -> covered.add(other.from(), other.to()));
        boolean ownToo = COLLECTOR_DOWN.equals(gap.cause());
        long before = gap.from() < Long.MIN_VALUE + longest ? Long.MIN_VALUE : gap.from() - longest;
        for (List<Shown> starting : shown.subMap(before, true, to, false).values()) {
            for (Shown other : starting) {
                if (ownToo || other.epoch() != gap.epoch()) {
                    covered.add(other.at().from(), other.at().to());
                }
            }
        }
        List<GapRecord> rest = new ArrayList<>();
        long at = gap.from();
        for (Stretch other : covered.within(gap.from(), to)) {
            // The ends of a gap are samples that we have: touching them covers nothing.
            if (other.to() > gap.from()) {
                if (other.from() > at) {
                    add(rest, gap, at, other.from());
                }
                if (told == null) {
                    // Somebody went on collecting: what is missing later is told by them.
                    return rest;
                }
                at = other.to();
            }
        }
        if (at == gap.from()) {
            return List.of(gap);
        }
        if (told != null && at < told) {
            add(rest, gap, at, told);
        }
        return rest;
    }

    private static void add(List<GapRecord> rest, GapRecord gap, long from, long to) {
        Long told = gap.to();
        Long estimate = gap.estimatedSamples();
        if (told != null && from == gap.from() && to == told) {
            rest.add(gap);
            return;
        }
        if (estimate == null || told == null) {
            if (to - from <= CLOCKS_NS) {
                return;
            }
        } else {
            estimate = Math.round(estimate * ((double) (to - from) / (told - gap.from())));
            if (estimate == 0) {
                return;
            }
        }
        rest.add(new GapRecord(
                gap.stream(),
                gap.streamName(),
                gap.agentId(),
                gap.epoch(),
                from,
                to,
                estimate,
                gap.cause(),
                gap.evidence()));
    }

    /** A set of moments, kept as stretches that neither touch nor overlap. */
    private static final class Stretches {
        private final TreeMap<Long, Long> byStart = new TreeMap<>();

        void add(long from, long to) {
            long start = from;
            long end = to;
            Map.@Nullable Entry<Long, Long> near = byStart.floorEntry(to);
            while (near != null && near.getValue() >= from) {
                start = Math.min(start, near.getKey());
                end = Math.max(end, near.getValue());
                byStart.remove(near.getKey());
                near = byStart.floorEntry(to);
            }
            byStart.put(start, end);
        }

        /** Cut to this range, ends included, in order. */
        List<Stretch> within(long from, long to) {
            List<Stretch> within = new ArrayList<>();
            Long first = byStart.floorKey(from);
            byStart.subMap(first == null ? from : first, true, to, true).forEach((start, end) -> {
                if (end >= from) {
                    within.add(new Stretch(Math.max(start, from), Math.min(end, to)));
                }
            });
            return within;
        }
    }
}
