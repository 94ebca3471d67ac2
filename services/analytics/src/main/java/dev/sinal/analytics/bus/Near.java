package dev.sinal.analytics.bus;

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
                .filter(name -> distance(plain, name.toLowerCase(Locale.ROOT)) <= allowed
                        || (plain.length() > 2 && name.toLowerCase(Locale.ROOT).contains(plain)))
                .sorted(Comparator.<String>comparingInt(name -> distance(plain, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(name -> name))
                .limit(MOST)
                .toList();
    }

    /** {@code "; did you mean x?"}, or nothing. */
    static String hint(String text, Collection<String> names) {
        List<String> near = matches(text, names);
        return near.isEmpty() ? "" : "; did you mean " + near.get(0) + "?";
    }

    /** Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
