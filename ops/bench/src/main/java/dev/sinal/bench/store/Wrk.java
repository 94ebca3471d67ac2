package dev.sinal.bench.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk, as a process, with one of our scripts. */
final class Wrk {
    private static final Pattern REQUESTS = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
    private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern LATENCY = Pattern.compile("(50|99)%\\s+([\\d.]+)(us|ms|s)\\b");
    private static final int THREADS = 2;

    /** @param requests answered @param perSecond the same by time @param p50 ms @param p99 ms */
    record Result(long requests, double perSecond, double p50, double p99) {}

    private final Path folder;

    Wrk(Path folder) {
        this.folder = folder;
    }

    /** Fails when any answer is not one of success. */
    Result run(String url, String script, int connections, int seconds, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                "wrk",
                "--latency",
                "-t" + THREADS,
                "-c" + connections,
                "-d" + seconds + "s",
                "-s",
                Resource.copy(script, folder).toString(),
                url,
                "--"));
        line.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "wrk-", ".txt");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(seconds + 30L, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("wrk did not end");
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        Matcher refused = REFUSED.matcher(said);
        if (process.exitValue() != 0 || refused.find() || !said.contains("Requests/sec")) {
            throw new IOException("wrk on " + url + ": " + said);
        }
        return new Result((long) number(COUNT, said), number(REQUESTS, said), latency(said, "50"), latency(said, "99"));
    }

    private static double number(Pattern pattern, String text) throws IOException {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IOException("wrk said: " + text);
        }
        return Double.parseDouble(found.group(1));
    }

    private static double latency(String text, String percentile) {
        Matcher found = LATENCY.matcher(text);
        while (found.find()) {
            if (found.group(1).equals(percentile)) {
                double value = Double.parseDouble(found.group(2));
                return switch (found.group(3)) {
                    case "us" -> value / 1e3;
                    case "s" -> value * 1e3;
                    default -> value;
                };
            }
        }
        return Double.NaN;
    }
}
