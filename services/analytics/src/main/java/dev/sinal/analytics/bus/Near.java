package dev.sinal.analytics.bus;

import dev.sinal.contracts.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that somebody may have meant. */
final class Near {
    private static final int MOST = 5;

    private Near() {}

    /** Those of few differences, or that contain the text; nearest first, at most five. */
    static List<String> matches(String text, Collection<String> names) {
        String plain = text.toLowerCase(Locale.ROOT);
        int allowed = Math.max(2, plain.length() / 3);
        return names.stream()
                .distinct()
                .filter(name -> EditDistance.between(plain, name.toLowerCase(Locale.ROOT)) <= allowed
                        || (plain.length() > 2 && name.toLowerCase(Locale.ROOT).contains(plain)))
                .sorted(Comparator.<String>comparingInt(
                                name -> EditDistance.between(plain, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(name -> name))
                .limit(MOST)
                .toList();
    }

    /** {@code "; did you mean x?"}, or nothing. */
    static String hint(String text, Collection<String> names) {
        List<String> near = matches(text, names);
        return near.isEmpty() ? "" : "; did you mean " + near.get(0) + "?";
    }
}
