package dev.sinal.lsl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The corrections measured for the clock that an inlet's stamps are on now: the last {@value #CAPACITY}; beyond, the oldest are dropped
 * and counted. A reset of the clock empties it, so that no value of another clock is taken for one of this. Safe from any thread.
 */
public final class ClockSeries {
    /** Most corrections kept: 17 minutes of them at one every 2 s. */
    public static final int CAPACITY = 512;

    private final Deque<ClockProbe> measured = new ArrayDeque<>();
    private long dropped;
    private long failed;
    private long resets;

    /** For those who implement {@link Inlet}: a failed wave is only counted. */
    public synchronized void add(ClockProbe probe) {
        if (!probe.ok()) {
            failed++;
            return;
        }
        if (measured.size() == CAPACITY) {
            measured.removeFirst();
            dropped++;
        }
        measured.addLast(probe);
    }

    /** For those who implement {@link Inlet}: from now on the correction is unknown. */
    public synchronized void reset() {
        measured.clear();
        resets++;
    }

    /** The newest correction; empty if none is known, also after a reset. Its age is in {@link ClockProbe#measuredAt}. */
    public synchronized Optional<ClockProbe> latest() {
        return Optional.ofNullable(measured.peekLast());
    }

    /** A copy, the oldest first; none of them failed. */
    public synchronized List<ClockProbe> all() {
        return List.copyOf(measured);
    }

    /** Corrections that found no room. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Waves of probes that came to nothing. */
    public synchronized long failed() {
        return failed;
    }

    /** How often the clock was reset. */
    public synchronized long resets() {
        return resets;
    }
}
