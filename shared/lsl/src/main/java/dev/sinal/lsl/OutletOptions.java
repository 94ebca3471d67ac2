package dev.sinal.lsl;

/**
 * How an outlet behaves.
 *
 * @param maxBufferSamples most samples queued per consumer, 0 = as many as {@code maxBufferSeconds} asks for; a consumer may ask for
 *     less. When full, the oldest are dropped and counted
 * @param maxBufferSeconds most seconds queued per consumer, at the nominal rate (irregular streams: at 100 samples/s), at least one
 *     sample
 * @param chunkLength samples to collect before they are sent, where a push does not push through; a consumer's own wish counts more.
 *     0 = no limit but half the buffer
 * @param maxBufferBytes most bytes queued per consumer, whatever the sample count
 */
public record OutletOptions(int maxBufferSamples, double maxBufferSeconds, int chunkLength, long maxBufferBytes) {
    private static final int IRREGULAR_RATE = 100;
    private static final OutletOptions DEFAULTS = new OutletOptions(0, 360, 0, 64L << 20);

    public OutletOptions {
        if (maxBufferSamples < 0) {
            throw new IllegalArgumentException("maxBufferSamples must not be negative, was " + maxBufferSamples);
        }
        if (!(maxBufferSeconds > 0 && maxBufferSeconds < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("maxBufferSeconds must be above 0, was " + maxBufferSeconds);
        }
        if (chunkLength < 0) {
            throw new IllegalArgumentException("chunkLength must not be negative, was " + chunkLength);
        }
        if (maxBufferBytes < 65_536) {
            throw new IllegalArgumentException("maxBufferBytes must be at least 65536, was " + maxBufferBytes);
        }
    }

    public static OutletOptions defaults() {
        return DEFAULTS;
    }

    public OutletOptions withMaxBufferSamples(int samples) {
        return new OutletOptions(samples, maxBufferSeconds, chunkLength, maxBufferBytes);
    }

    /** Counts from now on, whatever the number of samples was. */
    public OutletOptions withMaxBufferSeconds(double seconds) {
        return new OutletOptions(0, seconds, chunkLength, maxBufferBytes);
    }

    public OutletOptions withChunkLength(int samples) {
        return new OutletOptions(maxBufferSamples, maxBufferSeconds, samples, maxBufferBytes);
    }

    public OutletOptions withMaxBufferBytes(long bytes) {
        return new OutletOptions(maxBufferSamples, maxBufferSeconds, chunkLength, bytes);
    }

    /** Most samples queued per consumer of that stream, at least 1. */
    public int bufferSamples(StreamInfo info) {
        if (maxBufferSamples > 0) {
            return maxBufferSamples;
        }
        double rate = info.nominalRate() > 0 ? info.nominalRate() : IRREGULAR_RATE;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, rate * maxBufferSeconds));
    }
}
