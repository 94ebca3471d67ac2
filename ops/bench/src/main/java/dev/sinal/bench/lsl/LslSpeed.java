package dev.sinal.bench.lsl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The Java LSL beside liblsl. Every kind of connection is measured in short windows in turn with the others, and medians are compared, so that what
 * else the machine does falls on all alike.
 *
 * <p>Usage: {@code LslSpeed chunks|single|sustained|fanout|all [LIBRARY] [WINDOWS] [SECONDS]}; without a library {@code SINAL_LIBLSL} names it.
 * {@code -Dbench.jvm="..."} gives the measured processes other options.
 */
public final class LslSpeed {
    private static final int CHANNELS = 64;

    private final String library;
    private final int windows;
    private final double seconds;
    private final List<String> jvm;

    private LslSpeed(String library, int windows, double seconds, List<String> jvm) {
        this.library = library;
        this.windows = windows;
        this.seconds = seconds;
        this.jvm = jvm;
    }

    public static void main(String[] arguments) throws Exception {
        String what = arguments.length > 0 ? arguments[0] : "all";
        String library = arguments.length > 1 ? arguments[1] : System.getenv("SINAL_LIBLSL");
        if (library == null || !Files.isReadable(Path.of(library))) {
            System.err.println("name a liblsl as second argument or in SINAL_LIBLSL");
            System.exit(2);
            return;
        }
        LslSpeed speed = new LslSpeed(
                Path.of(library).toAbsolutePath().toString(),
                arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5,
                arguments.length > 3 ? Double.parseDouble(arguments[3]) : 3,
                Arrays.stream(System.getProperty("bench.jvm", "").split(" "))
                        .filter(option -> !option.isEmpty())
                        .toList());
        System.out.println("load average " + load());
        if (what.equals("chunks") || what.equals("all")) {
            speed.chunks();
        }
        if (what.equals("single") || what.equals("all")) {
            speed.single();
        }
        if (what.startsWith("only-")) {
            String[] ends = what.split("-");
            try (Pair pair = speed.pair(ends[1], ends[2], CHANNELS, 1)) {
                pair.window(1_000_000, 100, 3, 0.1);
                print(pair, List.of(pair.window(1_000_000, 100, 0.5, speed.seconds)));
            }
        }
        if (what.equals("sustained") || what.equals("all")) {
            speed.sustained();
        }
        if (what.equals("fanout") || what.equals("all")) {
            speed.fanOut();
        }
        System.out.println("load average " + load());
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    }

    /** 64 channels in chunks of 100: processor time of one side, the other side native. */
    private void chunks() throws Exception {
        try (Pair baseline = pair("native", "native", CHANNELS, 1);
                Pair ourInlet = pair("native", "java", CHANNELS, 1);
                Pair ourOutlet = pair("java", "native", CHANNELS, 1);
                Pair reusing = pair("native", "java-reusing", CHANNELS, 1)) {
            List<Pair> pairs = List.of(baseline, ourInlet, ourOutlet, reusing);
            System.out.println(baseline.describe());
            for (Pair each : pairs) {
                each.window(500_000, 100, 4, 0.1); // compilers
            }
            for (int rate : new int[] {100_000, 500_000, 1_000_000}) {
                List<List<Pair.Window>> seen = interleaved(pairs, rate, 100);
                System.out.printf(
                        Locale.ROOT, "%n%d samples/s, chunks of 100, CPU-s per 10^6 values (medians)%n", rate);
                for (int i = 0; i < pairs.size(); i++) {
                    print(pairs.get(i), seen.get(i));
                }
                System.out.printf(
                        Locale.ROOT,
                        "ratio to native: inlet %.2f   inlet with reused batches %.2f   outlet %.2f%n",
                        median(seen.get(1), Pair.Window::inletCpu) / median(seen.get(0), Pair.Window::inletCpu),
                        median(seen.get(3), Pair.Window::inletCpu) / median(seen.get(0), Pair.Window::inletCpu),
                        median(seen.get(2), Pair.Window::outletCpu) / median(seen.get(0), Pair.Window::outletCpu));
            }
        }
    }

    /** 8 channels, single pushes at 1 kHz: from the push to the pull. */
    private void single() throws Exception {
        try (Pair baseline = pair("native", "native", 8, 1);
                Pair ours = pair("java", "java", 8, 1)) {
            List<Pair> pairs = List.of(baseline, ours);
            for (Pair each : pairs) {
                each.window(5_000, 1, 6, 0.1);
            }
            List<List<Pair.Window>> seen = interleaved(pairs, 1_000, 1);
            System.out.printf(
                    Locale.ROOT, "%nsingle pushes at 1 kHz, 8 channels, push to pull in microseconds (medians)%n");
            for (int i = 0; i < pairs.size(); i++) {
                List<Pair.Window> of = seen.get(i);
                System.out.printf(
                        Locale.ROOT,
                        "%-22s p50 %6.0f  p90 %6.0f  p99 %6.0f   CPU %% of a core: outlet %.1f  inlet %.1f   bytes/sample: outlet %.0f  inlet %.0f%n",
                        pairs.get(i).name,
                        1e3 * median(of, Pair.Window::p50),
                        1e3 * median(of, Pair.Window::p90),
                        1e3 * median(of, Pair.Window::p99),
                        100 * median(of, Pair.Window::outletCores),
                        100 * median(of, Pair.Window::inletCores),
                        median(of, Pair.Window::outletBytes),
                        median(of, Pair.Window::inletBytes));
            }
            System.out.printf(
                    Locale.ROOT,
                    "ratio to native: p50 %.2f  p90 %.2f  p99 %.2f%n",
                    median(seen.get(1), Pair.Window::p50) / median(seen.get(0), Pair.Window::p50),
                    median(seen.get(1), Pair.Window::p90) / median(seen.get(0), Pair.Window::p90),
                    median(seen.get(1), Pair.Window::p99) / median(seen.get(0), Pair.Window::p99));
        }
    }

    /** A million samples a second and more, every one numbered. */
    private void sustained() throws Exception {
        for (String[] ends : new String[][] {{"java", "java"}, {"native", "java"}, {"java", "native"}}) {
            try (Pair pair = pair(ends[0], ends[1], CHANNELS, 1)) {
                pair.window(500_000, 100, 3, 0.1);
                for (int rate : new int[] {1_000_000, 1_500_000, 2_000_000}) {
                    Pair.Window of = pair.window(rate, 100, 1, seconds * 2);
                    System.out.printf(
                            Locale.ROOT,
                            "%-22s pushed %.2f M samples/s, received %d, missing %d, dropped at the outlet %d, cores: outlet %.2f inlet %.2f%n",
                            pair.name,
                            of.rate() / 1e6,
                            of.received(),
                            of.missing(),
                            of.dropped(),
                            of.outletCores(),
                            of.inletCores());
                }
            }
        }
    }

    /** 64 channels, 1 kHz in chunks of 10, to 1 and to 100 inlets in one process. */
    private void fanOut() throws Exception {
        try (Pair one = pair("java", "java", CHANNELS, 1);
                Pair many = pair("java", "java", CHANNELS, 100);
                Pair nativeOne = pair("native", "java", CHANNELS, 1);
                Pair nativeMany = pair("native", "java", CHANNELS, 100)) {
            List<Pair> pairs = List.of(one, many, nativeOne, nativeMany);
            for (Pair each : pairs) {
                each.window(2_000, 10, 4, 0.1);
            }
            List<List<Pair.Window>> seen = interleaved(pairs, 1_000, 10);
            System.out.printf(Locale.ROOT, "%none outlet, 1 kHz in chunks of 10, 1 and 100 inlets (medians)%n");
            String[] names = {"java outlet, 1", "java outlet, 100", "native outlet, 1", "native outlet, 100"};
            for (int i = 0; i < pairs.size(); i++) {
                List<Pair.Window> of = seen.get(i);
                System.out.printf(
                        Locale.ROOT,
                        "%-22s outlet: %.2f %% of a core, %.0f bytes allocated per sample   missing %d%n",
                        names[i],
                        100 * median(of, Pair.Window::outletCores),
                        median(of, Pair.Window::outletBytes),
                        of.stream().mapToLong(Pair.Window::missing).sum());
            }
        }
    }

    private Pair pair(String from, String to, int channels, int inlets) throws Exception {
        return new Pair(from, to, channels, 0, inlets, library, jvm);
    }

    private List<List<Pair.Window>> interleaved(List<Pair> pairs, double rate, int chunk) throws Exception {
        List<List<Pair.Window>> seen = new ArrayList<>();
        pairs.forEach(each -> seen.add(new ArrayList<>()));
        for (int round = 0; round < windows; round++) {
            for (int i = 0; i < pairs.size(); i++) {
                seen.get(i).add(pairs.get(i).window(rate, chunk, 0.5, seconds));
            }
        }
        return seen;
    }

    private static void print(Pair pair, List<Pair.Window> of) {
        System.out.printf(
                Locale.ROOT,
                "%-22s outlet %.4f  inlet %.4f   %.2f M/s  missing %d  dropped %d   bytes/sample: outlet %.1f  inlet %.1f%n",
                pair.name,
                median(of, Pair.Window::outletCpu),
                median(of, Pair.Window::inletCpu),
                median(of, Pair.Window::rate) / 1e6,
                of.stream().mapToLong(Pair.Window::missing).sum(),
                of.stream().mapToLong(Pair.Window::dropped).sum(),
                median(of, Pair.Window::outletBytes),
                median(of, Pair.Window::inletBytes));
    }

    private static double median(List<Pair.Window> windows, ToDoubleFunction<Pair.Window> figure) {
        double[] sorted = windows.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
