package dev.sinal.bench.store;

import dev.sinal.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Ingest of W1 into a database that grows by decades: what a value costs must not follow what is there. */
final class Growth {
    private static final int CHANNELS = 64;
    private static final double FIRST = 1e7;
    /** Chunks as they are collected, and the server's log of them. */
    private static final double BYTES_PER_VALUE = 4;

    private static final double SPARE_BYTES = 10e9;

    private final Options options;
    private final BenchServer server;

    Growth(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        double needed = options.values() * BYTES_PER_VALUE + SPARE_BYTES;
        double free = Files.getFileStore(folder).getUsableSpace();
        if (free < needed) {
            System.out.printf(
                    Locale.ROOT,
                    "grow is left out: it needs %.0f GB in %s, there are %.0f%n",
                    needed / 1e9,
                    folder,
                    free / 1e9);
            return;
        }
        Eeg w1 = Eeg.quantised("w1", CHANNELS);
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF)) {
            System.out.printf(
                    "%nIngest of W1 without the ingest log into a growing database, the last 10^7 values before each line%n%14s %9s %11s %11s %9s %10s%n",
                    "values there", "Mv/s", "client s/Mv", "server s/Mv", "Mv/CPU-s", "on disk");
            VitalsSpeed.send(store, new HotChunks(w1, "warm", 1), options.amount(2_000, 500), 8);
            HotChunks made = new HotChunks(w1, "grow", 1);
            StoreSender sender = new StoreSender(store.vertx(), 1);
            long chunksOfWindow = (long) Math.ceil(FIRST / made.valuesOfAChunk());
            long sent = 0;
            double first = 0;
            double last = 0;
            for (double decade = FIRST; decade <= options.values() * 1.001; decade *= 10) {
                long until = (long) Math.ceil(decade / made.valuesOfAChunk());
                send(sender, made, sent, until - chunksOfWindow);
                sender.finish();
                long from = Math.max(sent, until - chunksOfWindow);
                Cost cost = Cost.of(server::cpu, () -> {
                    send(sender, made, from, until);
                    sender.finish();
                    return (until - from) * made.valuesOfAChunk();
                });
                sent = until;
                System.out.printf(
                        Locale.ROOT,
                        "%14d %9.2f %11.4f %11.4f %9.2f %8.2f GB%n",
                        sent * made.valuesOfAChunk(),
                        cost.rate(),
                        cost.clientPerMillion(),
                        cost.serverPerMillion(),
                        cost.perCpuSecond(),
                        BenchServer.bytes(database, "telemetry") / 1e9);
                last = cost.perCpuSecond();
                first = decade == FIRST ? last : first;
            }
            if (last != first) {
                Goals.atLeast("ingest for a CPU second, full against nearly empty", last / first, 0.8);
            }
        }
    }

    private static void send(StoreSender sender, HotChunks made, long from, long to) throws Exception {
        for (long number = from; number < to; number++) {
            sender.send(made.envelope(0), made.encode(0, number));
        }
    }
}
