package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** Accounts for a stream; numbers of samples. @param superseded stored a second time by another owner, and in none of the other numbers @param deleted of the committed ones, removed since on somebody's request @param expired of the committed ones, removed since by retention @param unexplained expected − received − gaps; null when expected is unknown */
public record LedgerRecord(
        String stream,
        @Nullable Long expected,
        String expectedBasis,
        long received,
        long accepted,
        long committed,
        long gapSamples,
        long gaps,
        @Nullable Long unexplained,
        @Nullable Long superseded,
        @Nullable Long deleted,
        @Nullable Long expired) {
    /** Of a stream without overlaps, of which nothing was removed. */
    public LedgerRecord(
            String stream,
            @Nullable Long expected,
            String expectedBasis,
            long received,
            long accepted,
            long committed,
            long gapSamples,
            long gaps,
            @Nullable Long unexplained) {
        this(
                stream,
                expected,
                expectedBasis,
                received,
                accepted,
                committed,
                gapSamples,
                gaps,
                unexplained,
                null,
                null,
                null);
    }
}
