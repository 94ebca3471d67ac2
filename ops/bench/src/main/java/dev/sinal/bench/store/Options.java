package dev.sinal.bench.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What to run and how much of it.
 *
 * @param parts in the order of running
 * @param quick small amounts, to see that everything works
 * @param rounds of each measured thing; the median is printed
 * @param sinal the suite's command, for the gateway's part
 * @param values to which {@code grow} fills the database
 * @param only ways of {@code ingest} and {@code http} whose name has a match are run; goals are judged when all are
 */
record Options(List<String> parts, boolean quick, int rounds, Path sinal, long values, Pattern only) {
    static final List<String> PARTS = List.of("ingest", "vitals", "disk", "reads", "plots", "http", "grow", "explain");

    static final String USAGE = "StoreSpeed [all | " + String.join(" | ", PARTS)
            + " ...] [--quick] [--rounds=N] [--sinal=./sinal] [--values=1e8] [--only=REGEX]";

    static Options parse(String[] arguments) {
        boolean quick = Arrays.asList(arguments).contains("--quick");
        List<String> named = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("--"))
                .toList();
        List<String> parts = named.isEmpty() || named.contains("all") ? PARTS : named;
        if (!PARTS.containsAll(parts)) {
            throw new IllegalArgumentException(USAGE);
        }
        return new Options(
                parts,
                quick,
                (int) number(arguments, "--rounds=", quick ? 1 : 5),
                Path.of(text(arguments, "--sinal=", "./sinal")).toAbsolutePath().normalize(),
                number(arguments, "--values=", quick ? 10_000_000 : 100_000_000),
                Pattern.compile(text(arguments, "--only=", "")));
    }

    private static long number(String[] arguments, String flag, long otherwise) {
        String text = text(arguments, flag, "");
        return text.isEmpty() ? otherwise : (long) Double.parseDouble(text);
    }

    private static String text(String[] arguments, String flag, String otherwise) {
        return Arrays.stream(arguments)
                .filter(argument -> argument.startsWith(flag))
                .map(argument -> argument.substring(flag.length()))
                .reduce(otherwise, (before, last) -> last);
    }

    /** Nothing is left out. */
    boolean complete() {
        return only.pattern().isEmpty();
    }

    /** @return the whole amount, or with {@code --quick} a part of it */
    long amount(long whole, long quickOne) {
        return quick ? quickOne : whole;
    }
}
