package dev.sinal.gateway.telemetry;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that somebody may have meant. */
final class NearMatches {
    private static final int MOST = 5;
    private static final int MAX_NAMES = 2_000;

    private NearMatches() {}

    /** The nearest by edits, ignoring case; a name that holds the wanted text counts as near. */
    static List<String> of(String wanted, Collection<String> names) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        int tolerance = Math.max(2, wanted.length() / 3);
        return names.stream()
                .distinct()
                .limit(MAX_NAMES)
                .filter(name -> distance(lower, name) <= tolerance)
                .sorted(Comparator.<String>comparingInt(name -> distance(lower, name))
                        .thenComparing(name -> name))
                .limit(MOST)
                .toList();
    }

    private static int distance(String wanted, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.contains(wanted) || wanted.contains(lower)) {
            return 1;
        }
        int[] row = new int[lower.length() + 1];
        for (int j = 0; j <= lower.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= wanted.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= lower.length(); j++) {
                int above = row[j];
                int changed = diagonal + (wanted.charAt(i - 1) == lower.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), changed);
                diagonal = above;
            }
        }
        return row[lower.length()];
    }
}
