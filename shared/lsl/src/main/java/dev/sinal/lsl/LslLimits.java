package dev.sinal.lsl;

import java.time.Duration;

/**
 * What a peer may make us read, keep or do. A peer that wants more gets a {@link LslProtocolException}.
 *
 * @param headerLineBytes longest line of a handshake, without its line end
 * @param headerLines most lines of a handshake
 * @param channels most channels of a stream
 * @param stringBytes longest string value
 * @param sampleBytes largest sample on the wire
 * @param infoBytes largest stream description
 * @param xmlDepth deepest nesting of a stream description
 * @param xmlNodes most elements of a stream description
 * @param predicateChars longest query text
 * @param knownStreams most streams one resolve or watch keeps
 * @param repliesPerSecond most discovery replies read per second; more are dropped
 * @param consumers most connections one outlet serves at a time
 * @param minRateHz lowest nominal rate but 0, which means irregular
 * @param maxRateHz highest nominal rate
 * @param handshake longest time for a handshake, a request or the transfer of a description
 */
public record LslLimits(
        int headerLineBytes,
        int headerLines,
        int channels,
        int stringBytes,
        int sampleBytes,
        int infoBytes,
        int xmlDepth,
        int xmlNodes,
        int predicateChars,
        int knownStreams,
        int repliesPerSecond,
        int consumers,
        double minRateHz,
        double maxRateHz,
        Duration handshake) {
    private static final LslLimits DEFAULTS =
            new LslLimits(16_383, 64, 4_096, 1 << 20, 4 << 20, 4 << 20, 64, 200_000, 4_096, 1_000, 2_000, 64);

    /** With rates of 0.001 to 1 000 000 Hz and handshakes of 10 s. */
    public LslLimits(
            int headerLineBytes,
            int headerLines,
            int channels,
            int stringBytes,
            int sampleBytes,
            int infoBytes,
            int xmlDepth,
            int xmlNodes,
            int predicateChars,
            int knownStreams,
            int repliesPerSecond,
            int consumers) {
        this(
                headerLineBytes,
                headerLines,
                channels,
                stringBytes,
                sampleBytes,
                infoBytes,
                xmlDepth,
                xmlNodes,
                predicateChars,
                knownStreams,
                repliesPerSecond,
                consumers,
                0.001,
                1_000_000,
                Duration.ofSeconds(10));
    }

    public LslLimits {
        least("headerLineBytes", headerLineBytes, 256);
        least("headerLines", headerLines, 8);
        least("channels", channels, 1);
        least("stringBytes", stringBytes, 1);
        least("sampleBytes", sampleBytes, 64);
        least("infoBytes", infoBytes, 1_024);
        least("xmlDepth", xmlDepth, 4);
        least("xmlNodes", xmlNodes, 32);
        least("predicateChars", predicateChars, 64);
        least("knownStreams", knownStreams, 1);
        least("repliesPerSecond", repliesPerSecond, 1);
        least("consumers", consumers, 1);
        if (!(minRateHz > 0 && maxRateHz >= minRateHz)) {
            throw new IllegalArgumentException("lsl.limits.minRateHz must be above 0 and not above maxRateHz");
        }
        if (handshake.toMillis() < 1) {
            throw new IllegalArgumentException("lsl.limits.handshake must be at least 1 ms, was " + handshake);
        }
    }

    private static void least(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("lsl.limits." + name + " must be at least " + least + ", was " + value);
        }
    }

    /** The limits used unless told otherwise: generous for instruments, tight for attackers. */
    public static LslLimits defaults() {
        return DEFAULTS;
    }

    /** The same with another longest string and largest sample, bytes. */
    public LslLimits withSampleBytes(int longestString, int largestSample) {
        return new LslLimits(
                headerLineBytes,
                headerLines,
                channels,
                longestString,
                largestSample,
                infoBytes,
                xmlDepth,
                xmlNodes,
                predicateChars,
                knownStreams,
                repliesPerSecond,
                consumers,
                minRateHz,
                maxRateHz,
                handshake);
    }

    /** The same with another number of consumers per outlet. */
    public LslLimits withConsumers(int most) {
        return new LslLimits(
                headerLineBytes,
                headerLines,
                channels,
                stringBytes,
                sampleBytes,
                infoBytes,
                xmlDepth,
                xmlNodes,
                predicateChars,
                knownStreams,
                repliesPerSecond,
                most,
                minRateHz,
                maxRateHz,
                handshake);
    }

    /** The same with another longest handshake. */
    public LslLimits withHandshake(Duration longest) {
        return new LslLimits(
                headerLineBytes,
                headerLines,
                channels,
                stringBytes,
                sampleBytes,
                infoBytes,
                xmlDepth,
                xmlNodes,
                predicateChars,
                knownStreams,
                repliesPerSecond,
                consumers,
                minRateHz,
                maxRateHz,
                longest);
    }
}
