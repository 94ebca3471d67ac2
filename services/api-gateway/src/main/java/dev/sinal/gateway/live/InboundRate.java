package dev.sinal.gateway.live;

/** At most so many a second, with a second's worth at once. */
final class InboundRate {
    private final int perSecond;
    private double tokens;
    private long at = System.nanoTime();

    InboundRate(int perSecond) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
    }

    boolean take() {
        long now = System.nanoTime();
        tokens = Math.min(perSecond, tokens + (now - at) * 1e-9 * perSecond);
        at = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
