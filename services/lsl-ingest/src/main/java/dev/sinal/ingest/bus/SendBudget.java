package dev.sinal.ingest.bus;

import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes that one node may have in flight to all stores. Those that find none wait in line, first come first served. Used on one event loop. */
final class SendBudget {
    private final long limit;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long taken;

    SendBudget(long limit) {
        this.limit = limit;
    }

    /** @param later called once, when there is room again; only if this returns false */
    boolean take(long bytes, Runnable later) {
        if (taken > 0 && taken + bytes > limit) {
            waiting.add(later);
            return false;
        }
        taken += bytes;
        return true;
    }

    /** What was taken turned out to be this much more, or less. */
    void adjust(long bytes) {
        taken += bytes;
        if (bytes < 0) {
            wake();
        }
    }

    long taken() {
        return taken;
    }

    private void wake() {
        for (int n = waiting.size(); n > 0 && taken < limit; n--) {
            Runnable next = waiting.poll();
            if (next != null) {
                next.run();
            }
        }
    }
}
