package dev.sinal.store.sql;

import org.jspecify.annotations.Nullable;

/**
 * What became of one write of an external agent.
 *
 * @param samples of it that are stored
 * @param repeated whether they had been stored before
 * @param failure why nothing is stored, or why nobody knows; null otherwise
 */
public record WriteAnswer(
        long samples, boolean repeated, @Nullable Throwable failure) {
    static WriteAnswer stored(long samples) {
        return new WriteAnswer(samples, false, null);
    }

    static WriteAnswer repeated(long samples) {
        return new WriteAnswer(samples, samples > 0, null);
    }

    static WriteAnswer failed(Throwable failure) {
        return new WriteAnswer(0, false, failure);
    }
}
