package dev.sinal.lsl;

/**
 * How much one consumer of an inlet may fall behind, and what it loses then. The loss is its own: the inlet and its other consumers
 * never wait for it.
 *
 * @param maxSamples most samples that wait for it
 * @param maxBytes most bytes of values that wait for it; the latest batch always fits
 * @param policy what happens to a consumer that is too slow
 */
public record ConsumerOptions(int maxSamples, long maxBytes, Policy policy) {
    /** What a consumer that is too slow gets. */
    public enum Policy {
        /** Everything, oldest first; when the buffer is full its oldest samples are dropped and counted. */
        DROP_OLDEST,
        /** Always the newest; whatever is older when the consumer comes to look is dropped and counted. */
        LATEST
    }

    private static final ConsumerOptions DEFAULTS = new ConsumerOptions(1_000_000, 256L << 20, Policy.DROP_OLDEST);

    public ConsumerOptions {
        if (maxSamples < 1) {
            throw new IllegalArgumentException("maxSamples must be at least 1, was " + maxSamples);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, was " + maxBytes);
        }
    }

    /** At most a million samples and 256 MiB, oldest first. */
    public static ConsumerOptions defaults() {
        return DEFAULTS;
    }

    /** Only the newest samples. */
    public static ConsumerOptions latest() {
        return DEFAULTS.withPolicy(Policy.LATEST);
    }

    public ConsumerOptions withMaxSamples(int samples) {
        return new ConsumerOptions(samples, maxBytes, policy);
    }

    public ConsumerOptions withMaxBytes(long bytes) {
        return new ConsumerOptions(maxSamples, bytes, policy);
    }

    public ConsumerOptions withPolicy(Policy other) {
        return new ConsumerOptions(maxSamples, maxBytes, other);
    }
}
