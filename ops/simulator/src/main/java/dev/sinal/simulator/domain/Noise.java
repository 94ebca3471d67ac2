package dev.sinal.simulator.domain;

/**
 * Seeded randomness that can be asked for at any place, in any order, and answers the same: a hash instead of a generator with state.
 */
final class Noise {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long key;

    Noise(long seed) {
        this.key = mix(seed + GOLDEN);
    }

    private Noise(long key, long branch) {
        this.key = mix(key + GOLDEN * (branch + 1));
    }

    /** A source independent of this one and of other branches. */
    Noise branch(long number) {
        return new Noise(key, number);
    }

    /** Uniform, 0 inclusive to 1 exclusive. */
    double uniform(long index) {
        return (mix(key + GOLDEN * index) >>> 11) * 0x1p-53;
    }

    /** Uniform, −1 to 1. */
    double signed(long index) {
        return 2 * uniform(index) - 1;
    }

    /** Value noise: {@link #signed} at whole positions, a smooth curve between them; −1 to 1. */
    double smooth(double position) {
        double floor = Math.floor(position);
        long index = (long) floor;
        double x = position - floor;
        double weight = x * x * (3 - 2 * x);
        double left = signed(index);
        return left + weight * (signed(index + 1) - left);
    }

    /** The finalizer of SplitMix64: every bit of the input changes about half of the output. */
    private static long mix(long input) {
        long z = (input ^ (input >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
