package dev.sinal.bench.store;

import dev.sinal.testkit.TestDatabase;
import java.util.Locale;

/** Bytes on the disk for a stored value: every table of the schema with its indexes, less what the empty schema took. */
final class DiskSize {
    private static final int CHANNELS = 64;

    private final Options options;
    private final BenchServer server;

    DiskSize(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        long seconds = options.amount(600, 60);
        long vitalSeconds = options.amount(7_200, 3_600);
        int people = (int) options.amount(500, 50);
        System.out.printf("%nBytes on disk for a value: tables, TOAST, indexes, watermarks, rollups%n");
        Goals.atMost("W1 packed, bytes for a value", signal(Eeg.quantised("w1", CHANNELS), seconds), 1.40);
        Goals.atMost(
                "full-mantissa float32 packed, bytes for a value",
                signal(Eeg.fullMantissa("f", CHANNELS), seconds),
                2.3);
        Goals.atMost("W2 packed, bytes for a value", vitals(new Vitals(people), vitalSeconds), 2.2);
    }

    private double signal(Eeg eeg, long seconds) throws Exception {
        HotChunks hot = new HotChunks(eeg, "disk", 1);
        long chunks = seconds * 1_000 / hot.rows();
        hot(eeg, hot, chunks);
        return packed(eeg, 1, chunks * hot.rows());
    }

    private double vitals(Vitals vitals, long seconds) throws Exception {
        hot(vitals, new HotChunks(vitals, "disk", vitals.people()), options.amount(120, 20));
        return packed(vitals, vitals.people(), seconds);
    }

    private void hot(Workload workload, HotChunks made, long chunksOfEach) throws Exception {
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF)) {
            long empty = BenchServer.bytes(database, "telemetry");
            VitalsSpeed.send(store, made, chunksOfEach);
            print(
                    workload.name() + ", as collected: " + made.rows() + " samples a chunk",
                    database,
                    empty,
                    chunksOfEach * made.streams() * made.valuesOfAChunk());
        }
    }

    private double packed(Workload workload, int streams, long samples) throws Exception {
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.ON);
                PackedFill fill = new PackedFill(store.vertx(), database)) {
            long empty = BenchServer.bytes(database, "telemetry");
            long values = 0;
            for (int stream = 0; stream < streams; stream++) {
                values += fill.fill(workload, "disk", stream, samples);
            }
            Packing.awaitRollups(database, workload.streamId("disk", streams - 1));
            return print(workload.name() + ", packed", database, empty, values);
        }
    }

    private static double print(String what, TestDatabase database, long empty, long values) throws Exception {
        double perValue = (double) (BenchServer.bytes(database, "telemetry") - empty) / values;
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
