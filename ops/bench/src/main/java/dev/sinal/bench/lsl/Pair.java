package dev.sinal.bench.lsl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** An outlet and its inlets, each side a process, kept for many short windows so that compilers are done when it counts. */
final class Pair implements AutoCloseable {
    final String name;
    private final PeerProcess outlet;
    private final PeerProcess inlet;
    private final int channels;

    /**
     * One window.
     *
     * @param rate samples pushed per second
     * @param outletCpu seconds per million values pushed
     * @param inletCpu seconds per million values received
     * @param outletBytes allocated per sample
     * @param inletBytes allocated per sample
     * @param lost numbers missing at the inlet, and drops that the outlet counted
     */
    record Window(
            double rate,
            double outletCpu,
            double inletCpu,
            double outletCores,
            double inletCores,
            double outletBytes,
            double inletBytes,
            long received,
            long missing,
            long dropped,
            double p50,
            double p90,
            double p99) {}

    Pair(String from, String to, int channels, double nominalRate, int inlets, String library, List<String> jvm)
            throws IOException, InterruptedException {
        this.name = from + " to " + to;
        this.channels = channels;
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        Path folder = PeerProcess.settings(port);
        String stream = "speed" + port;
        outlet = new PeerProcess(folder, jvm, "outlet", from, stream, channels, nominalRate, inlets, library);
        inlet = new PeerProcess(folder, jvm, "inlet", to, stream, channels, nominalRate, inlets, library);
        while (!outlet.ask("served").equals("true")) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    String describe() {
        return name + " (" + outlet.greeting() + ", " + inlet.greeting() + ")";
    }

    Window window(double rate, int chunk, double warmUpSeconds, double seconds) throws InterruptedException {
        outlet.ask("rate " + rate + " " + chunk);
        sleep(warmUpSeconds);
        inlet.ask("clear");
        PeerProcess.Mark fromA = outlet.mark();
        PeerProcess.Mark toA = inlet.mark();
        sleep(seconds);
        PeerProcess.Mark fromB = outlet.mark();
        PeerProcess.Mark toB = inlet.mark();
        outlet.ask("rate 0 1");
        sleep(0.2);
        double pushed = fromB.samples() - fromA.samples();
        double received = toB.samples() - toA.samples();
        return new Window(
                pushed * 1e9 / (fromB.nanos() - fromA.nanos()),
                (fromB.cpuNanos() - fromA.cpuNanos()) * 1e-3 / (pushed * channels),
                (toB.cpuNanos() - toA.cpuNanos()) * 1e-3 / (received * channels),
                (fromB.cpuNanos() - fromA.cpuNanos()) / (double) (fromB.nanos() - fromA.nanos()),
                (toB.cpuNanos() - toA.cpuNanos()) / (double) (toB.nanos() - toA.nanos()),
                (fromB.allocated() - fromA.allocated()) / pushed,
                (toB.allocated() - toA.allocated()) / received,
                (long) received,
                inlet.mark().missing() - toA.missing(),
                outlet.mark().dropped() - fromA.dropped(),
                toB.p50(),
                toB.p90(),
                toB.p99());
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }

    @Override
    public void close() {
        inlet.close();
        outlet.close();
    }
}
