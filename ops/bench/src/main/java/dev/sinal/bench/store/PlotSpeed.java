package dev.sinal.bench.store;

import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plot of a thousand pixels of ever longer ranges: what it takes must not follow the range. */
final class PlotSpeed {
    private static final int PIXELS = 1_000;
    private static final int CHANNELS = 4;
    private static final int STEP_MS = 4;
    private static final int[] MINUTES = {1, 10, 60, 600, 6_000};
    /** Not at a whole anything, so that the edges of the range must be decoded. */
    private static final double FROM_S = 17.384;

    private static final String BUFFERS = "SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint"
            + " FROM pg_stat_statements WHERE query LIKE '%telemetry.%'";

    private final Options options;
    private final BenchServer server;

    PlotSpeed(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        int hours = (int) options.amount(101, 11);
        Eeg eeg = Eeg.quantised("plot", CHANNELS, STEP_MS);
        long samples = hours * 3_600_000L / STEP_MS;
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF)) {
            BenchServer.run(database, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
            Cost filled;
            try (PackedFill fill = new PackedFill(store.vertx(), database)) {
                filled = Cost.of(server::cpu, () -> fill.fill(eeg, "plot", 0, samples));
            }
            BenchServer.run(database, "ANALYZE");
            System.out.printf(
                    Locale.ROOT,
                    "%n%d h of %d channels at %d Hz by COPY, encoding included: %.0f Mv, %.1f Mv/s, %.1f Mv for a CPU second%n",
                    hours,
                    CHANNELS,
                    1_000 / STEP_MS,
                    filled.values() / 1e6,
                    filled.rate(),
                    filled.perCpuSecond());
            System.out.println(Packing.rollUp(store, database));
            System.out.printf(
                    "%-34s %9s %10s %10s %10s%n",
                    "plot of 1 channel, 1000 pixels", "ms", "client ms", "server ms", "buffers");
            List<Double> times = new ArrayList<>();
            for (int minutes : MINUTES) {
                if (minutes < hours * 60) {
                    times.add(plot(database, store, eeg, minutes));
                }
            }
            Goals.atMost(
                    "plot of the longest range against that of 10 min", times.get(times.size() - 1) / times.get(1), 2);
        }
    }

    private double plot(TestDatabase database, StoreNode store, Eeg eeg, int minutes) throws Exception {
        PlotQuery query = new PlotQuery(
                eeg.agentId("plot", 0),
                List.of(),
                List.of(eeg.metrics().get(0)),
                Workload.at(FROM_S),
                Workload.at(FROM_S + minutes * 60.0),
                PIXELS);
        List<Cost> costs = new ArrayList<>();
        long buffers = 0;
        int rounds = 3 + 2 * options.rounds();
        for (int round = 0; round < rounds; round++) {
            long before = BenchServer.number(database, BUFFERS);
            Cost cost = Cost.of(server::cpu, () -> {
                PlotAnswer answer = Waits.on(store.service().plot(query));
                long seen = answer.series().stream()
                        .flatMap(series -> series.points().stream())
                        .mapToLong(PlotAnswer.Point::n)
                        .sum();
                if (seen != minutes * 60_000L / STEP_MS) {
                    throw new IllegalStateException("the plot of " + minutes + " min counts " + seen + " samples");
                }
                return seen;
            });
            if (round > 2) {
                costs.add(cost);
                buffers = BenchServer.number(database, BUFFERS) - before;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-34s %9.2f %10.2f %10.2f %10d%n",
                minutes < 60 ? minutes + " min" : minutes / 60 + " h",
                Cost.median(costs, Cost::millis),
                1e3 * Cost.median(costs, Cost::client),
                1e3 * Cost.median(costs, Cost::server),
                buffers);
        return Cost.median(costs, Cost::millis);
    }
}
