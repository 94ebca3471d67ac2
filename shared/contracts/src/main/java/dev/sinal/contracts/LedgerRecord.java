package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** Accounts for a stream; numbers of samples. @param unexplained expected − received − gaps; null when expected is unknown */
public record LedgerRecord(
        String stream,
        @Nullable Long expected,
        String expectedBasis,
        long received,
        long accepted,
        long committed,
        long gapSamples,
        long gaps,
        @Nullable Long unexplained) {}
