package dev.sinal.analytics.domain;

import org.jspecify.annotations.Nullable;

/**
 * How variables of different streams are brought together; null = chosen from the data.
 *
 * @param stepS of the grid, seconds
 * @param toleranceS nearest: how far a value may be from its reference, seconds
 * @param maxGapS neighbours further apart count as a gap, seconds
 */
public record Alignment(
        @Nullable Rule rule,
        @Nullable Double stepS,
        @Nullable Double toleranceS,
        @Nullable Double maxGapS) {
    public static final Alignment DEFAULT = new Alignment(null, null, null, null);

    /** {@link #SAMPLE}: values of one row belong together. */
    public enum Rule {
        SAMPLE("sample"),
        WINDOW_MEAN("window_mean"),
        NEAREST("nearest"),
        INTERPOLATE("interpolate");

        private final String text;

        Rule(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
