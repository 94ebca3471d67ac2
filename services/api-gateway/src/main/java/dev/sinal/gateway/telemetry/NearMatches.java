package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that somebody may have meant. */
public final class NearMatches {
    private static final int MOST = 5;
    private static final int MAX_NAMES = 2_000;

    private NearMatches() {}

    /** The nearest by edits, ignoring case; a name that holds the wanted text counts as near. */
    public static List<String> of(String wanted, Collection<String> names) {
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
        return EditDistance.between(wanted, lower);
    }
}
