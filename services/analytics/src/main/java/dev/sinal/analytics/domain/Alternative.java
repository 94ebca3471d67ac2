package dev.sinal.analytics.domain;

import java.util.Locale;

/** What a test speaks for when it rejects. */
public enum Alternative {
    TWO_SIDED("two.sided"),
    GREATER("greater"),
    LESS("less");

    private final String rName;

    Alternative(String rName) {
        this.rName = rName;
    }

    /** As R writes it; the shape of answers too. */
    public String rName() {
        return rName;
    }

    /** Reads {@code two.sided}, {@code two-sided}, {@code two_sided}, {@code greater}, {@code less}. @throws IllegalArgumentException naming them */
    public static Alternative of(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replace('-', '.').replace('_', '.');
        for (Alternative alternative : values()) {
            if (alternative.rName.equals(plain)) {
                return alternative;
            }
        }
        throw new IllegalArgumentException("must be two.sided, greater or less, was '" + text + "'");
    }

    /** p value of a t statistic. */
    double pValue(double t, double df) {
        return switch (this) {
            case TWO_SIDED -> Tails.twoSided(t, df);
            case GREATER -> Tails.upper(t, df);
            case LESS -> Tails.upper(-t, df);
        };
    }
}
