package dev.sinal.lsl;

/**
 * How an outlet behaves.
 *
 * @param maxBufferSamples most samples queued per consumer, 0 = 360 s at the nominal rate (36 000 for irregular streams); a consumer
 *     may ask for less. When full, the oldest are dropped and counted
 * @param maxBufferBytes most bytes queued per consumer, whatever the sample count
 */
public record OutletOptions(int maxBufferSamples, long maxBufferBytes) {
    private static final OutletOptions DEFAULTS = new OutletOptions(0, 64L << 20);

    public OutletOptions {
        if (maxBufferSamples < 0) {
            throw new IllegalArgumentException("maxBufferSamples must not be negative, was " + maxBufferSamples);
        }
        if (maxBufferBytes < 65_536) {
            throw new IllegalArgumentException("maxBufferBytes must be at least 65536, was " + maxBufferBytes);
        }
    }

    public static OutletOptions defaults() {
        return DEFAULTS;
    }

    public OutletOptions withMaxBufferSamples(int samples) {
        return new OutletOptions(samples, maxBufferBytes);
    }

    public OutletOptions withMaxBufferBytes(long bytes) {
        return new OutletOptions(maxBufferSamples, bytes);
    }
}
