package dev.sinal.lsl.net;

import dev.sinal.lsl.LslStats;
import java.util.concurrent.atomic.LongAdder;

/** What {@link LslStats} reports. */
public final class Counters {
    public final LongAdder repliesTaken = new LongAdder();
    public final LongAdder repliesInvalid = new LongAdder();
    public final LongAdder repliesDropped = new LongAdder();
    public final LongAdder streamsRefused = new LongAdder();
    public final LongAdder addressesIgnored = new LongAdder();
    public final LongAdder queriesAnswered = new LongAdder();
    public final LongAdder queriesRefused = new LongAdder();
    public final LongAdder queriesRepeated = new LongAdder();
    public final LongAdder violations = new LongAdder();
    public final LongAdder peersFlagged = new LongAdder();
    public final LongAdder requestsRefused = new LongAdder();
    public final LongAdder samplesDropped = new LongAdder();
    public final LongAdder probesFailed = new LongAdder();
    public final LongAdder clockResets = new LongAdder();
    public final LongAdder stampsSuspect = new LongAdder();

    /** @param droppedNow samples lost by consumers of open outlets */
    public LslStats stats(long droppedNow, int inlets, int outlets) {
        return new LslStats(
                repliesTaken.sum(),
                repliesInvalid.sum(),
                repliesDropped.sum(),
                streamsRefused.sum(),
                addressesIgnored.sum(),
                queriesAnswered.sum(),
                queriesRefused.sum(),
                queriesRepeated.sum(),
                droppedNow + samplesDropped.sum(),
                violations.sum(),
                peersFlagged.sum(),
                requestsRefused.sum(),
                probesFailed.sum(),
                clockResets.sum(),
                stampsSuspect.sum(),
                inlets,
                outlets);
    }
}
