package dev.sinal.bench.lsl;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.management.ThreadMXBean;
import dev.sinal.bench.Latencies;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One side of a connection in a process of its own, so that its processor time is its own. Obeys lines on its standard input: {@code ready},
 * {@code rate SAMPLES_PER_S CHUNK}, {@code mark}, {@code clear}; goes when the input ends.
 *
 * <p>Arguments: {@code outlet|inlet java|java-reusing|native NAME CHANNELS RATE INLETS LIBRARY}.
 */
final class SpeedPeer {
    /** How long an inlet that polls sleeps when it found nothing. */
    static final long POLL_MS = Long.getLong("bench.poll", 1);

    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;

    private final Function clock = NativeLibrary.getInstance("c").getFunction("clock_gettime");
    private final Memory time = new Memory(16);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Latencies latencies = new Latencies();
    private final List<Tally> tallies = new ArrayList<>();

    public static void main(String[] arguments) {
        try {
            new SpeedPeer().run(arguments);
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /** More consumers than an outlet serves unless told so. */
    private static LslConfig config() {
        LslConfig config = LslConfig.load();
        return config.withLimits(config.limits().withConsumers(200));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void run(String[] arguments) throws Exception {
        boolean java = arguments[1].startsWith("java");
        String name = arguments[2];
        int channels = Integer.parseInt(arguments[3]);
        double rate = Double.parseDouble(arguments[4]);
        int inlets = Integer.parseInt(arguments[5]);
        if (!java) {
            NativeCalls.load(Path.of(arguments[6]));
        }
        Lsl lsl = java ? Lsl.create(Vertx.vertx(), config()) : null;
        Source source = null;
        Pace pace = null;
        if (arguments[0].equals("outlet")) {
            source = lsl == null ? new NativeSource(name, channels, rate) : new JavaSource(lsl, name, channels, rate);
            pace = new Pace(source);
            Thread pusher = new Thread(pace, "pusher");
            pusher.setDaemon(true);
            pusher.start();
        } else {
            for (int i = 0; i < inlets; i++) {
                tallies.add(new Tally(latencies));
            }
            if (lsl == null) {
                NativeSink.start(name, channels, channels < 64, tallies);
            } else {
                JavaSink.start(lsl, name, arguments[1].equals("java-reusing"), tallies);
            }
        }
        answer(java ? "ready java" : "ready native " + NativeCalls.lsl_library_version());
        obey(source, pace, inlets);
        System.exit(0);
    }

    private void obey(
            @org.jspecify.annotations.Nullable Source source, @org.jspecify.annotations.Nullable Pace pace, int inlets)
            throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "rate" -> {
                    if (pace != null) {
                        pace.set(Double.parseDouble(words[1]), Integer.parseInt(words[2]));
                    }
                    answer("ok");
                }
                case "served" -> answer(source == null || source.served(inlets));
                case "clear" -> {
                    latencies.clear();
                    answer("ok");
                }
                default -> mark(source, pace);
            }
        }
    }

    private void mark(@org.jspecify.annotations.Nullable Source source, @org.jspecify.annotations.Nullable Pace pace) {
        clock.invokeInt(new Object[] {CLOCK_PROCESS_CPUTIME_ID, time});
        long cpu = time.getLong(0) * 1_000_000_000L + time.getLong(8);
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        long collections = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(java.lang.management.GarbageCollectorMXBean::getCollectionCount)
                .sum();
        answer(String.format(
                Locale.ROOT,
                "%d %d %d %d %d %d %d %.4f %.4f %.4f",
                System.nanoTime(),
                cpu,
                allocated,
                pace == null ? tallies.stream().mapToLong(Tally::samples).sum() : pace.pushed(),
                tallies.stream().mapToLong(Tally::missing).sum(),
                source == null ? 0 : source.dropped(),
                collections,
                latencies.quantile(0.5),
                latencies.quantile(0.9),
                latencies.quantile(0.99)));
    }

    /** Log lines may stand between answers. */
    private static void answer(Object text) {
        System.out.println(PeerProcess.ANSWER + text);
    }
}
