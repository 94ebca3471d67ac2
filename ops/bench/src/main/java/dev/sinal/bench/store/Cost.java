package dev.sinal.bench.store;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What some work took.
 *
 * @param values read or written
 * @param seconds by the clock
 * @param client processor seconds of this JVM
 * @param server processor seconds of the database, all its processes
 */
record Cost(long values, double seconds, double client, double server) {
    /** Work between two looks at the clocks. */
    interface Work {
        /** @return values read or written */
        long run() throws Exception;
    }

    /** Processor seconds of a server so far. */
    interface Server {
        double cpu() throws Exception;
    }

    static final Server NONE = () -> 0;

    static Cost of(Server server, Work work) throws Exception {
        double serverBefore = server.cpu();
        double clientBefore = CpuTime.self();
        long started = System.nanoTime();
        long values = work.run();
        double seconds = (System.nanoTime() - started) / 1e9;
        return new Cost(values, seconds, CpuTime.self() - clientBefore, server.cpu() - serverBefore);
    }

    /** Million values a second by the clock. */
    double rate() {
        return values / seconds / 1e6;
    }

    double clientPerMillion() {
        return client / values * 1e6;
    }

    double serverPerMillion() {
        return server / values * 1e6;
    }

    /** Million values for a processor second, client and server together. */
    double perCpuSecond() {
        return values / (client + server) / 1e6;
    }

    double millis() {
        return seconds * 1e3;
    }

    /** NaN of none. */
    static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        if (costs.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted = costs.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }

    /** Smallest and largest, for the spread that a median hides. */
    static double[] range(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        double[] sorted = costs.stream().mapToDouble(figure).sorted().toArray();
        return new double[] {sorted[0], sorted[Arrays.stream(sorted).toArray().length - 1]};
    }
}
