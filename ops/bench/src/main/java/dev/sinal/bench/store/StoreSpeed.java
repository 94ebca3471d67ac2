package dev.sinal.bench.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The store beside its peers, in one run on one machine. See the README of ops/bench. */
public final class StoreSpeed {
    private StoreSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(Options.USAGE);
            System.exit(2);
            return;
        }
        System.out.println(
                "load average " + load() + ", " + Runtime.getRuntime().availableProcessors()
                        + " processors, Java " + Runtime.version() + ", medians of " + options.rounds()
                        + (options.quick() ? ", quick: amounts too small to judge by" : ""));
        int status = 0;
        for (String part : options.parts()) {
            long started = System.nanoTime();
            try {
                run(part, options);
            } catch (Exception e) {
                status = 1;
                System.out.println("part " + part + " failed: " + e);
                e.printStackTrace();
            }
            System.out.printf(Locale.ROOT, "(%s: %.0f s)%n", part, (System.nanoTime() - started) / 1e9);
        }
        Goals.print();
        System.out.println("load average " + load());
        System.exit(status);
    }

    private static void run(String part, Options options) throws Exception {
        try (BenchServer server = BenchServer.start(part.equals("explain") ? Plans.SETTINGS : Map.of())) {
            switch (part) {
                case "ingest" -> new IngestSpeed(options, server).run();
                case "vitals" -> new VitalsSpeed(options, server).run();
                case "disk" -> new DiskSize(options, server).run();
                case "grow" -> new Growth(options, server).run();
                case "explain" -> new Plans(options, server).run();
                case "reads" -> new ReadSpeed(options, server).run();
                case "plots" -> new PlotSpeed(options, server).run();
                case "http" -> new HttpSpeed(options, server).run();
                default -> throw new IllegalArgumentException(part);
            }
        }
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    }
}
