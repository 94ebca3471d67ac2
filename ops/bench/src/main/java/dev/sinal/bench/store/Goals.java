package dev.sinal.bench.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was promised beside what was measured, printed together at the end. */
final class Goals {
    private static final List<String> LINES = new ArrayList<>();

    private Goals() {}

    static void atLeast(String what, double measured, double goal) {
        add(what, measured, "at least", goal, measured >= goal);
    }

    static void atMost(String what, double measured, double goal) {
        add(what, measured, "at most", goal, measured <= goal);
    }

    /** Without a promise. */
    static void say(String what, double measured) {
        LINES.add(String.format(Locale.ROOT, "%-62s %10.2f", what, measured));
    }

    private static void add(String what, double measured, String bound, double goal, boolean reached) {
        LINES.add(String.format(
                Locale.ROOT, "%-62s %10.2f   %s %.2f: %s", what, measured, bound, goal, reached ? "yes" : "NO"));
    }

    static void print() {
        if (!LINES.isEmpty()) {
            System.out.printf("%nPromised and measured (medians of this run)%n");
            LINES.forEach(System.out::println);
        }
    }
}
