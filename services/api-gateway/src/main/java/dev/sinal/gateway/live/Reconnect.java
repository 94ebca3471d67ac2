package dev.sinal.gateway.live;

import java.util.concurrent.ThreadLocalRandom;

/** When those who are sent away come back: at random over the time that the doors need to let all of them in. */
final class Reconnect {
    private static final long LEAST_MS = 500;

    private Reconnect() {}

    /** @param viewers that come back @param perSecond that get in */
    static long afterMs(int viewers, int perSecond) {
        long spread = Math.max(1_000, 1_000L * viewers / Math.max(1, perSecond));
        return LEAST_MS + ThreadLocalRandom.current().nextLong(spread);
    }
}
