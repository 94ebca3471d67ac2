package dev.sinal.lsl.net;

import java.util.concurrent.atomic.LongAdder;

/** What {@link dev.sinal.lsl.LslStats} reports. */
final class Counters {
    final LongAdder repliesTaken = new LongAdder();
    final LongAdder repliesInvalid = new LongAdder();
    final LongAdder repliesDropped = new LongAdder();
    final LongAdder streamsRefused = new LongAdder();
    final LongAdder addressesIgnored = new LongAdder();
    final LongAdder queriesAnswered = new LongAdder();
    final LongAdder queriesRefused = new LongAdder();
    final LongAdder queriesRepeated = new LongAdder();
    final LongAdder violations = new LongAdder();
    final LongAdder peersFlagged = new LongAdder();
    final LongAdder requestsRefused = new LongAdder();
    final LongAdder samplesDropped = new LongAdder();
    final LongAdder probesFailed = new LongAdder();
    final LongAdder clockResets = new LongAdder();
    final LongAdder stampsSuspect = new LongAdder();
}
