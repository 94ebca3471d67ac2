package dev.sinal.bench.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Several ways to do the same, measured in turns: one turn to warm up, then rounds in alternating order. */
final class Contest {
    /** One measurement. */
    interface Turn {
        Cost run(int round) throws Exception;
    }

    private record Entry(String name, Turn turn, List<Cost> costs) {}

    /** Number of the first turn that warms up: behind those that count. */
    private static final int WARMING = 1_000;

    private final List<Entry> entries = new ArrayList<>();
    private final double budgetS;

    /** @param budgetS rounds end when the next one would pass it; one is always run */
    Contest(double budgetS) {
        this.budgetS = budgetS;
    }

    void add(String name, Turn turn) {
        entries.add(new Entry(name, turn, new ArrayList<>()));
    }

    /** Leaves out every way whose name has no match. */
    void keep(Pattern only) {
        entries.removeIf(entry -> !only.matcher(entry.name()).find());
    }

    /** Repeats each way for a while, for compilers and caches. */
    void warmUp(double seconds) throws Exception {
        for (Entry entry : entries) {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            int number = WARMING;
            do {
                // What was written once is known: the same again would take another way.
                entry.turn().run(number++);
            } while (System.nanoTime() < end);
        }
    }

    /** @param rounds that count */
    void run(int rounds) throws Exception {
        long started = System.nanoTime();
        for (int round = 0; round <= rounds; round++) {
            double spentS = (System.nanoTime() - started) / 1e9;
            if (round > 1 && spentS / round * (round + 1) > budgetS) {
                System.out.printf("%nended after %d rounds of %d, for want of time%n", round - 1, rounds);
                return;
            }
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(round % 2 == 0 ? i : entries.size() - 1 - i);
                Cost cost = entry.turn().run(round);
                if (round > 0) {
                    entry.costs().add(cost);
                }
            }
        }
    }

    List<Cost> of(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .map(Entry::costs)
                .orElse(List.of());
    }

    double perCpuSecond(String name) {
        return Cost.median(of(name), Cost::perCpuSecond);
    }

    double seconds(String name) {
        return Cost.median(of(name), Cost::seconds);
    }

    /** Medians; the last column compares million values for a processor second with the first row named. */
    void printWrites(String title, String ours) {
        System.out.printf(
                Locale.ROOT,
                "%n%s%n%-58s %8s %11s %11s %9s %8s%n",
                title,
                "",
                "Mv/s",
                "client s/Mv",
                "server s/Mv",
                "Mv/CPU-s",
                "ours is");
        for (Entry row : entries) {
            List<Cost> of = row.costs();
            System.out.printf(
                    Locale.ROOT,
                    "%-58s %8.2f %11.4f %11.4f %9.2f %7.2fx%n",
                    row.name(),
                    Cost.median(of, Cost::rate),
                    Cost.median(of, Cost::clientPerMillion),
                    Cost.median(of, Cost::serverPerMillion),
                    perCpuSecond(row.name()),
                    perCpuSecond(ours) / perCpuSecond(row.name()));
        }
    }

    /** Medians; the last column compares time by the clock with the first row named. */
    void printReads(String title, String ours) {
        System.out.printf(
                Locale.ROOT,
                "%n%s%n%-58s %9s %9s %10s %10s %8s%n",
                title,
                "",
                "ms",
                "Mv/s",
                "client ms",
                "server ms",
                "ours is");
        for (Entry row : entries) {
            List<Cost> of = row.costs();
            System.out.printf(
                    Locale.ROOT,
                    "%-58s %9.2f %9.1f %10.2f %10.2f %7.2fx%n",
                    row.name(),
                    Cost.median(of, Cost::millis),
                    Cost.median(of, Cost::rate),
                    1e3 * Cost.median(of, Cost::client),
                    1e3 * Cost.median(of, Cost::server),
                    seconds(row.name()) / seconds(ours));
        }
    }
}
