package dev.sinal.lsl;

import dev.sinal.lsl.post.PostProcessing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an inlet behaves.
 *
 * @param maxBufferSamples how many samples the outlet shall queue for us at most, at least 1; 0 = 360 s at the nominal rate
 *     (36 000 samples for irregular streams), as native inlets ask for
 * @param maxChunkSamples how many samples the outlet shall send at once; 0 = no preference
 * @param recover whether to reconnect, and to follow the stream to a restarted outlet
 * @param probeInterval time between two waves of time probes; zero = no probes; null = as {@link LslTuning#timeUpdateInterval} says.
 *     A wave takes 0.64 s
 * @param backoffMin shortest wait between attempts to connect
 * @param backoffMax longest wait between attempts to connect
 * @param silence how long an open stream may be silent before we look whether its device now has another outlet: there is no
 *     keep-alive, so a pulled cable is noticed only this way. A stream that still has its outlet may be silent for ever. Zero =
 *     as {@link LslTuning#watchdogTimeThreshold} and {@link LslTuning#watchdogCheckInterval} say
 * @param violationsAllowed protocol violations in a row before the inlet gives up
 * @param processing what is made of stamps beside the raw ones, see {@link SampleBatch#processedStamps}
 * @param reuseBatches whether the inlet's listener gets the same arrays again and again, so that a fast stream allocates next to
 *     nothing: a batch then holds only during the call, and its arrays may be longer than its samples, see {@link SampleBatch#kept}
 */
public record InletOptions(
        int maxBufferSamples,
        int maxChunkSamples,
        boolean recover,
        @Nullable Duration probeInterval,
        Duration backoffMin,
        Duration backoffMax,
        Duration silence,
        int violationsAllowed,
        PostProcessing processing,
        boolean reuseBatches) {
    private static final InletOptions DEFAULTS = new InletOptions(
            0,
            0,
            true,
            null,
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ZERO,
            5,
            PostProcessing.none(),
            false);

    public InletOptions {
        if (maxBufferSamples < 0 || maxChunkSamples < 0) {
            throw new IllegalArgumentException("buffer and chunk sizes must not be negative");
        }
        if (probeInterval != null
                && (probeInterval.isNegative() || (!probeInterval.isZero() && probeInterval.toMillis() < 700))) {
            throw new IllegalArgumentException("probeInterval must be zero or at least 700 ms, was " + probeInterval);
        }
        if (backoffMin.toMillis() < 1 || backoffMax.compareTo(backoffMin) < 0) {
            throw new IllegalArgumentException("backoff must be at least 1 ms and max not below min");
        }
        if (!silence.isZero() && silence.toMillis() < 100) {
            throw new IllegalArgumentException("silence must be zero or at least 100 ms, was " + silence);
        }
        if (violationsAllowed < 1) {
            throw new IllegalArgumentException("violationsAllowed must be at least 1, was " + violationsAllowed);
        }
    }

    public static InletOptions defaults() {
        return DEFAULTS;
    }

    public InletOptions withMaxBufferSamples(int samples) {
        return new InletOptions(
                samples,
                maxChunkSamples,
                recover,
                probeInterval,
                backoffMin,
                backoffMax,
                silence,
                violationsAllowed,
                processing,
                reuseBatches);
    }

    public InletOptions withMaxChunkSamples(int samples) {
        return new InletOptions(
                maxBufferSamples,
                samples,
                recover,
                probeInterval,
                backoffMin,
                backoffMax,
                silence,
                violationsAllowed,
                processing,
                reuseBatches);
    }

    public InletOptions withRecover(boolean on) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                on,
                probeInterval,
                backoffMin,
                backoffMax,
                silence,
                violationsAllowed,
                processing,
                reuseBatches);
    }

    public InletOptions withProbeInterval(Duration interval) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                recover,
                interval,
                backoffMin,
                backoffMax,
                silence,
                violationsAllowed,
                processing,
                reuseBatches);
    }

    /** From wave to wave, once it is known what is configured; zero = no probes. */
    public Duration probeInterval(LslTuning tuning) {
        return probeInterval == null ? tuning.timeUpdateInterval() : probeInterval;
    }

    public InletOptions withBackoff(Duration min, Duration max) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                recover,
                probeInterval,
                min,
                max,
                silence,
                violationsAllowed,
                processing,
                reuseBatches);
    }

    public InletOptions withReusedBatches(boolean on) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                recover,
                probeInterval,
                backoffMin,
                backoffMax,
                silence,
                violationsAllowed,
                processing,
                on);
    }

    public InletOptions withViolationsAllowed(int count) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                recover,
                probeInterval,
                backoffMin,
                backoffMax,
                silence,
                count,
                processing,
                reuseBatches);
    }

    public InletOptions withSilence(Duration time) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                recover,
                probeInterval,
                backoffMin,
                backoffMax,
                time,
                violationsAllowed,
                processing,
                reuseBatches);
    }

    public InletOptions withProcessing(PostProcessing how) {
        return new InletOptions(
                maxBufferSamples,
                maxChunkSamples,
                recover,
                probeInterval,
                backoffMin,
                backoffMax,
                silence,
                violationsAllowed,
                how,
                reuseBatches);
    }
}
