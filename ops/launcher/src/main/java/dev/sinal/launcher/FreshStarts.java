package dev.sinal.launcher;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How often a process may start its node anew by itself: a fault that outlives that is for a person. Knows no clock. */
final class FreshStarts {
    private static final int MOST = 3;
    private static final long WITHIN_NS = Duration.ofHours(1).toNanos();

    private final Deque<Long> at = new ArrayDeque<>();

    /** @param now nanoseconds of a monotonic clock @return whether one more may be made, which then counts */
    boolean take(long now) {
        while (!at.isEmpty() && now - at.getFirst() >= WITHIN_NS) {
            at.removeFirst();
        }
        if (at.size() >= MOST) {
            return false;
        }
        at.addLast(now);
        return true;
    }
}
