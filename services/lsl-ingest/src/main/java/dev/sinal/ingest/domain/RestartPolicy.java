package dev.sinal.ingest.domain;

import java.util.ArrayDeque;
import java.util.Deque;

/** After a crash: again after 1, 2, 4 … 60 s; after five crashes in ten minutes never, until somebody acts. */
public final class RestartPolicy {
    static final int MOST = 5;
    static final double WINDOW_S = 600;
    private static final double LONGEST_S = 60;

    private final Deque<Double> crashes = new ArrayDeque<>();
    private int total;

    /** @param lslNow seconds on a monotonic clock @return seconds to wait, or -1 when it has failed for good */
    public double crashed(double lslNow) {
        total++;
        crashes.add(lslNow);
        while (lslNow - crashes.getFirst() > WINDOW_S) {
            crashes.removeFirst();
        }
        return crashes.size() >= MOST ? -1 : Math.min(LONGEST_S, Math.scalb(1.0, crashes.size() - 1));
    }

    /** Crashes so far. */
    public int total() {
        return total;
    }
}
