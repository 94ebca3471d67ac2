package dev.sinal.bench.lsl;

import dev.sinal.bench.Latencies;
import dev.sinal.lsl.LslClock;

/** What one inlet received: how many samples, how many numbers it never saw, and how old single samples were. */
final class Tally {
    /** Floats count exactly up to here. */
    static final int MASK = (1 << 23) - 1;

    private final Latencies latencies;
    private volatile long samples;
    private volatile long missing;
    private long expected = -1;

    Tally(Latencies latencies) {
        this.latencies = latencies;
    }

    /** One thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void sample(float number) {
        int got = (int) number;
        if (expected >= 0 && got != expected) {
            missing += (got - expected) & MASK;
        }
        expected = (got + 1) & MASK;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void received(int count) {
        samples += count;
    }

    /** Milliseconds since that stamp, which was taken at the push on the same clock. */
    void age(double stamp) {
        latencies.add((LslClock.now() - stamp) * 1e3);
    }

    long samples() {
        return samples;
    }

    long missing() {
        return missing;
    }
}
