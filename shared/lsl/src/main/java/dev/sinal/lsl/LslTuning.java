package dev.sinal.lsl;

import java.time.Duration;

/**
 * Numbers of the native library's {@code [tuning]} section that matter here, with its names and defaults.
 *
 * @param useProtocolVersion highest protocol version spoken: 110, or 100 to force the portable archive
 * @param watchdogTimeThreshold how long an open inlet may be silent before its device is looked for elsewhere
 * @param watchdogCheckInterval how often that is checked
 * @param multicastMinRtt time between two multicast waves of a search
 * @param multicastMaxRtt how long a reply to a multicast wave may take
 * @param unicastMinRtt time between a wave to known peers and the next
 * @param unicastMaxRtt how long a reply of a known peer may take
 * @param continuousResolveInterval time added between the waves of a search without end
 * @param maxCachedQueries answers to predicates that an outlet remembers
 * @param timeUpdateInterval time between two waves of time probes
 * @param timeUpdateMinProbes replies a wave needs to count
 * @param timeProbeCount probes of a wave
 * @param timeProbeInterval time between two probes of a wave
 * @param timeProbeMaxRtt how long a reply to a probe may take
 * @param smoothingHalftime half-time of the dejitter filter
 * @param forceDefaultTimestamps whether outlets ignore given stamps and use their clock
 * @param sendSocketBufferSize bytes, 0 = the system's
 * @param receiveSocketBufferSize bytes, 0 = the system's
 */
public record LslTuning(
        int useProtocolVersion,
        Duration watchdogTimeThreshold,
        Duration watchdogCheckInterval,
        Duration multicastMinRtt,
        Duration multicastMaxRtt,
        Duration unicastMinRtt,
        Duration unicastMaxRtt,
        Duration continuousResolveInterval,
        int maxCachedQueries,
        Duration timeUpdateInterval,
        int timeUpdateMinProbes,
        int timeProbeCount,
        Duration timeProbeInterval,
        Duration timeProbeMaxRtt,
        Duration smoothingHalftime,
        boolean forceDefaultTimestamps,
        int sendSocketBufferSize,
        int receiveSocketBufferSize) {
    private static final LslTuning DEFAULTS = new LslTuning(
            110,
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofMillis(500),
            Duration.ofSeconds(3),
            Duration.ofMillis(750),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            100,
            Duration.ofSeconds(2),
            6,
            8,
            Duration.ofMillis(64),
            Duration.ofMillis(128),
            Duration.ofSeconds(90),
            false,
            0,
            0);

    public LslTuning {
        if (useProtocolVersion != 100 && useProtocolVersion != 110) {
            throw new IllegalArgumentException(
                    "tuning.UseProtocolVersion must be 100 or 110, was " + useProtocolVersion);
        }
        positive("tuning.WatchdogCheckInterval", watchdogCheckInterval);
        positive("tuning.MulticastMinRTT", multicastMinRtt);
        positive("tuning.MulticastMaxRTT", multicastMaxRtt);
        positive("tuning.UnicastMinRTT", unicastMinRtt);
        positive("tuning.UnicastMaxRTT", unicastMaxRtt);
        positive("tuning.TimeUpdateInterval", timeUpdateInterval);
        positive("tuning.TimeProbeInterval", timeProbeInterval);
        positive("tuning.TimeProbeMaxRTT", timeProbeMaxRtt);
        positive("tuning.SmoothingHalftime", smoothingHalftime);
        range("tuning.MaxCachedQueries", maxCachedQueries, 0, 100_000);
        range("tuning.TimeUpdateMinProbes", timeUpdateMinProbes, 1, 1_000);
        range("tuning.TimeProbeCount", timeProbeCount, 1, 1_000);
        range("tuning.SendSocketBufferSize", sendSocketBufferSize, 0, 1 << 30);
        range("tuning.ReceiveSocketBufferSize", receiveSocketBufferSize, 0, 1 << 30);
    }

    private static void positive(String key, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(key + " must be at least 0.001 s, was " + value.toNanos() / 1e9);
        }
    }

    private static void range(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", was " + value);
        }
    }

    /** The same with another cap on the protocol, 100 or 110. */
    public LslTuning withUseProtocolVersion(int version) {
        return new LslTuning(
                version,
                watchdogTimeThreshold,
                watchdogCheckInterval,
                multicastMinRtt,
                multicastMaxRtt,
                unicastMinRtt,
                unicastMaxRtt,
                continuousResolveInterval,
                maxCachedQueries,
                timeUpdateInterval,
                timeUpdateMinProbes,
                timeProbeCount,
                timeProbeInterval,
                timeProbeMaxRtt,
                smoothingHalftime,
                forceDefaultTimestamps,
                sendSocketBufferSize,
                receiveSocketBufferSize);
    }

    /** The same with other waves of time probes: how many probes, how many replies are needed, and the two times in between. */
    public LslTuning withTimeProbes(int count, int minimum, Duration interval, Duration maxRtt) {
        return new LslTuning(
                useProtocolVersion,
                watchdogTimeThreshold,
                watchdogCheckInterval,
                multicastMinRtt,
                multicastMaxRtt,
                unicastMinRtt,
                unicastMaxRtt,
                continuousResolveInterval,
                maxCachedQueries,
                timeUpdateInterval,
                minimum,
                count,
                interval,
                maxRtt,
                smoothingHalftime,
                forceDefaultTimestamps,
                sendSocketBufferSize,
                receiveSocketBufferSize);
    }

    /** The native library's. */
    public static LslTuning defaults() {
        return DEFAULTS;
    }
}
