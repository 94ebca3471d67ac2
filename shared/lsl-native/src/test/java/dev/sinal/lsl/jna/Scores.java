package dev.sinal.lsl.jna;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Who passed what: one table per protocol, pairs of sides down, formats across. */
final class Scores {
    private final String title;
    private final List<String> columns;
    private final Map<String, Map<String, int[]>> rows = new LinkedHashMap<>();
    private final Map<String, String> failures = new TreeMap<>();

    Scores(String title, List<String> columns) {
        this.title = title;
        this.columns = columns;
    }

    interface Check {
        void run() throws Exception;
    }

    /** Runs a check and counts it; its failure goes on to the caller. */
    void count(String row, String column, String name, Check check) throws Exception {
        int[] score = rows.computeIfAbsent(row, key -> new TreeMap<>()).computeIfAbsent(column, key -> new int[2]);
        score[1]++;
        try {
            check.run();
            score[0]++;
        } catch (Exception | Error failed) {
            failures.put(
                    row + ", " + column + ", " + name,
                    String.valueOf(failed.getMessage()).lines().findFirst().orElse(""));
            throw failed;
        }
    }

    private String table() {
        StringBuilder text =
                new StringBuilder(title).append('\n').append(String.format(Locale.ROOT, "%-18s", "inlet <- outlet"));
        columns.forEach(column -> text.append(String.format(Locale.ROOT, "%10s", column)));
        rows.forEach((row, scores) -> {
            text.append('\n').append(String.format(Locale.ROOT, "%-18s", row));
            for (String column : columns) {
                int[] score = scores.get(column);
                text.append(String.format(Locale.ROOT, "%10s", score == null ? "-" : score[0] + "/" + score[1]));
            }
        });
        failures.forEach((where, why) ->
                text.append("\nfailed: ").append(where).append(": ").append(why));
        return text.append('\n').toString();
    }

    /** Leaves the table beside those of the other protocols and prints all of them. */
    void publish(Path folder, String name) throws IOException {
        Files.writeString(folder.resolve("table-" + name + ".txt"), table());
        List<Path> tables = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "table-*.txt")) {
            found.forEach(tables::add);
        }
        StringBuilder all = new StringBuilder();
        tables.stream().sorted().forEach(each -> {
            try {
                all.append(Files.readString(each)).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Files.writeString(folder.resolve("tables.txt"), all);
        System.out.println(all);
    }
}
