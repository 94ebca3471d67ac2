package dev.sinal.bench.format;

import dev.sinal.gateway.format.CsvRows;
import dev.sinal.gateway.format.MsgpackRows;
import dev.sinal.gateway.format.NdjsonRows;
import dev.sinal.gateway.format.RowBytes;
import dev.sinal.gateway.format.RowFormat;
import dev.sinal.gateway.format.RowStyle;
import dev.sinal.gateway.format.Times;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Values and rows as text and bytes: millions of values in a second of processor time, ours beside Jackson's generator and {@code Double.toString}. Windows of all
 * writers alternate; medians.
 *
 * <p>Usage: {@code RowSpeed [ROUNDS] [MILLISECONDS]}.
 */
public final class RowSpeed {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Something that handles so many values and says how many bytes came out, so that nothing is optimized away. */
    interface Task {
        long run();
    }

    private final int rounds;
    private final long nanos;
    private long bytes;

    private RowSpeed(int rounds, long nanos) {
        this.rounds = rounds;
        this.nanos = nanos;
    }

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 200;
        RowSpeed speed = new RowSpeed(rounds, millis * 1_000_000);
        System.out.println("Mv/s of processor time; in brackets the ratio to the first column");
        for (Values values : Values.all()) {
            Map<String, Task> writers = new LinkedHashMap<>();
            writers.put("Jackson", values::jackson);
            writers.put("Jackson, fast writer", values::jacksonFast);
            writers.put("Double.toString", values::text);
            writers.put("ours", values::ours);
            if (values.single()) {
                writers.put("ours, float32=short", values::oursShort);
            }
            speed.report(values.name(), Values.COUNT, writers);
        }
        for (SignalRows rows : List.of(SignalRows.eeg(), SignalRows.vitals())) {
            RowStyle shortFloats = new RowStyle(Times.RFC3339, true, false, false);
            Map<String, Task> writers = new LinkedHashMap<>();
            writers.put("Jackson NDJSON", rows::jackson);
            writers.put("NDJSON", () -> rows.write(new NdjsonRows(RowStyle.PLAIN)));
            writers.put("NDJSON float32=short", () -> rows.write(new NdjsonRows(shortFloats)));
            writers.put("CSV", () -> rows.write(CsvRows.wide(RowStyle.PLAIN, rows.metrics(), false)));
            writers.put("MessagePack", () -> rows.write(new MsgpackRows(RowStyle.PLAIN)));
            writers.put("decoding alone", () -> rows.write(new Nothing()));
            speed.report(rows.name(), rows.values(), writers);
        }
        System.out.println("(" + speed.bytes + " bytes)");
    }

    private void report(String name, int values, Map<String, Task> writers) {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = -2; round < rounds; round++) { // the first two are for the compiler
            for (Map.Entry<String, Task> writer : writers.entrySet()) {
                double rate = rate(values, writer.getValue());
                if (round >= 0) {
                    rates.computeIfAbsent(writer.getKey(), key -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-34s", name));
        double first = Double.NaN;
        for (Map.Entry<String, List<Double>> writer : rates.entrySet()) {
            double median = median(writer.getValue());
            first = Double.isNaN(first) ? median : first;
            line.append(String.format(Locale.ROOT, "  %s %.1f (%.1f)", writer.getKey(), median, median / first));
        }
        System.out.println(line);
    }

    /** Mv/s of this thread's processor time. */
    private double rate(int values, Task task) {
        long start = THREADS.getCurrentThreadCpuTime();
        long runs = 0;
        long now;
        do {
            bytes += task.run();
            runs++;
            now = THREADS.getCurrentThreadCpuTime();
        } while (now - start < nanos);
        return runs * values / ((now - start) / 1e3);
    }

    private static double median(List<Double> rates) {
        double[] sorted = rates.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Rows that are read and not written. */
    private static final class Nothing implements RowFormat {
        @Override
        public String contentType() {
            return "";
        }

        @Override
        public boolean compressible() {
            return false;
        }

        @Override
        public void begin(RowBytes out) {}

        @Override
        public void row(RowBytes out, dev.sinal.contracts.read.Row row) {}
    }
}
