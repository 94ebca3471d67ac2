package dev.sinal.lsl.net;

import dev.sinal.lsl.LslProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Notices a peer that sends far more samples than it declares: more than ten times the nominal rate and 1000 per second on top. What
 * was saved up in a minute may come at once, as it does after a network has stood still. Nothing is held back, because that would
 * only move the loss into the outlet.
 */
final class RateGuard {
    private static final double FACTOR = 10;
    private static final double HEADROOM_HZ = 1_000;
    private static final double SAVED_SECONDS = 60;
    private static final long AGAIN_NANOS = 60_000_000_000L;
    private static final double NANOS = 1e9;

    private final double limitHz;
    private double allowance;
    private long updated;
    private long windowStart;
    private long inWindow;
    private long told;
    private boolean everTold;

    RateGuard(double nominalRate, long nanos) {
        limitHz = FACTOR * nominalRate + HEADROOM_HZ;
        allowance = limitHz;
        updated = nanos;
        windowStart = nanos;
    }

    /** Returns what to tell, at most once a minute; null when all is well. */
    @Nullable
    LslProtocolException received(int samples, long nanos) {
        allowance = Math.min(SAVED_SECONDS * limitHz, allowance + (nanos - updated) / NANOS * limitHz) - samples;
        updated = nanos;
        inWindow += samples;
        double window = (nanos - windowStart) / NANOS;
        if (window < 1) {
            return null;
        }
        double measured = inWindow / window;
        windowStart = nanos;
        inWindow = 0;
        boolean tooFast = allowance < 0 && measured > limitHz;
        allowance = Math.max(0, allowance);
        if (!tooFast || (everTold && nanos - told < AGAIN_NANOS)) {
            return null;
        }
        everTold = true;
        told = nanos;
        return new LslProtocolException("samples per second", Math.round(limitHz), Math.round(measured));
    }
}
