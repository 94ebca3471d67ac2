package dev.sinal.runtime.live;

/** So many values a second, and a burst of one second's worth. */
final class ValueBudget {
    private static final double NS = 1e9;

    private final int perSecond;
    private double left;
    private long at;

    /** @param now monotonic, ns */
    ValueBudget(int perSecond, long now) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.at = now;
    }

    /** All or none; more than a second's worth is never granted. */
    boolean take(long values, long now) {
        left = Math.min(perSecond, left + (now - at) / NS * perSecond);
        at = now;
        if (values > left) {
            return false;
        }
        left -= values;
        return true;
    }
}
