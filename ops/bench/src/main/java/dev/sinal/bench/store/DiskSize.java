package dev.sinal.bench.store;

import dev.sinal.testkit.TestDatabase;
import java.util.Locale;

/** Bytes on the disk for a stored value: every table of the schema with its indexes, less what the empty schema took. */
final class DiskSize {
    private static final int CHANNELS = 64;
    private static final String HOT =
            "SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) FROM pg_inherits WHERE inhparent = 'telemetry.telemetry_hot'::regclass";

    private final Options options;
    private final BenchServer server;

    DiskSize(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        long seconds = options.amount(300, 60);
        System.out.printf("%nBytes on disk for a value: tables, TOAST, indexes, watermarks, rollups%n");
        Goals.atMost("W1 packed, bytes for a value", signal(Eeg.quantised("w1", CHANNELS), seconds), 1.40);
        Goals.atMost(
                "full-mantissa float32 packed, bytes for a value",
                signal(Eeg.fullMantissa("f", CHANNELS), seconds),
                2.3);
        Vitals vitals = new Vitals((int) options.amount(100, 10));
        Goals.atMost(
                "W2 packed, bytes for a value",
                measure(vitals, new HotChunks(vitals, "disk", vitals.people()), options.amount(7_200, 3_600), 1),
                2.2);
    }

    private double signal(Eeg eeg, long seconds) throws Exception {
        HotChunks chunks = new HotChunks(eeg, "disk", 1);
        return measure(eeg, chunks, seconds * 1_000 / chunks.rows(), 8);
    }

    /** @param perStream chunks of a stream in one commit at most: a collector of slow streams has one */
    private double measure(Workload workload, HotChunks made, long chunksOfEach, int perStream) throws Exception {
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF)) {
            long empty = BenchServer.bytes(database, "telemetry");
            long values = chunksOfEach * made.streams() * made.valuesOfAChunk();
            VitalsSpeed.send(store, made, chunksOfEach, perStream);
            print(
                    workload.name() + ", as collected: " + made.rows() + " samples a chunk",
                    database,
                    BenchServer.bytes(database, "telemetry") - empty,
                    values);
            Cost packing = Cost.of(server::cpu, () -> Packing.now(store) * workload.channels());
            long left = BenchServer.number(database, "SELECT count(*) FROM telemetry.chunks WHERE level = 0");
            long hot = left > 0 ? 0 : BenchServer.number(database, HOT);
            double perValue = print(
                    workload.name() + ", packed",
                    database,
                    BenchServer.bytes(database, "telemetry") - empty - hot,
                    values);
            System.out.printf(
                    Locale.ROOT,
                    "    packing: client %.4f s/Mv, server %.4f s/Mv, %.1f Mv/s; %s%n",
                    packing.clientPerMillion(),
                    packing.serverPerMillion(),
                    packing.rate(),
                    left > 0
                            ? left + " chunks could not be packed and count in full"
                            : String.format(
                                    Locale.ROOT,
                                    "all is packed, so the hot partitions (%.1f MB), which go when their hour is over, do not count",
                                    hot / 1e6));
            return perValue;
        }
    }

    private static double print(String what, TestDatabase database, long bytes, long values) throws Exception {
        double perValue = (double) bytes / values;
        System.out.printf(
                Locale.ROOT,
                "%-44s %7.3f B/value   %6.1f Mv   largest tables, bytes: %s%n",
                what,
                perValue,
                values / 1e6,
                String.join(", ", BenchServer.byTable(database, "telemetry")));
        return perValue;
    }
}
