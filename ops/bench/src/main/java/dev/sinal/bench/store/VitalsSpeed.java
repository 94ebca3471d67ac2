package dev.sinal.bench.store;

import dev.sinal.testkit.TestDatabase;

/** W2 into each store: many small streams, whose chunks hold one sample each, because a collector closes one after 250 ms. */
final class VitalsSpeed {
    private static final String OURS = "whole path: encode, log on disk, store, COMMIT";
    private static final String NO_LOG = "encode, store, COMMIT (no ingest log)";
    private static final String QUEST = "QuestDB, wide table, ILP/TCP, applied";
    private static final String TICKS = "rows of jsonb, a second (all people) per INSERT and commit";

    private final Options options;
    private final BenchServer server;

    VitalsSpeed(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        Vitals w2 = new Vitals((int) options.amount(500, 100));
        long seconds = options.amount(40, 20);
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF);
                QuestDb quest = QuestDb.start()) {
            JsonbRows rows = new JsonbRows(database);
            rows.create();
            Contest contest = new Contest(options.amount(60, 15));
            contest.add(OURS, round -> whole(store, w2, "whole" + round, seconds));
            contest.add(NO_LOG, round -> direct(store, w2, "plain" + round, seconds));
            contest.add(QUEST, round -> {
                quest.createVitals("w2");
                return Cost.of(quest::cpu, () -> quest.ingestVitals("w2", w2, seconds));
            });
            contest.add(
                    TICKS,
                    round -> Cost.of(
                            server::cpu,
                            () -> rows.ingest(
                                    JsonbRows.of(w2),
                                    round * seconds * w2.people(),
                                    seconds * w2.people(),
                                    w2.people())));
            contest.run(options.rounds());
            contest.printWrites(
                    "Ingest of W2: " + w2.people()
                            + " people, 4 vital signs each as double64, once a second with jitter",
                    OURS);
            Goals.say(
                    "W2 ingest against rows of jsonb in batches",
                    contest.perCpuSecond(OURS) / contest.perCpuSecond(TICKS));
        }
    }

    private Cost direct(StoreNode store, Vitals w2, String run, long seconds) throws Exception {
        HotChunks made = new HotChunks(w2, run, w2.people());
        return Cost.of(server::cpu, () -> {
            send(store, made, seconds, 8);
            return seconds * w2.people() * w2.channels();
        });
    }

    /** Chunk by chunk, the streams in turn. @param perStream chunks of a stream without an answer */
    static void send(StoreNode store, HotChunks made, long chunksOfEach, int perStream) throws Exception {
        StoreSender sender = new StoreSender(store.vertx(), made.streams(), perStream);
        for (long number = 0; number < chunksOfEach; number++) {
            for (int stream = 0; stream < made.streams(); stream++) {
                sender.send(made.envelope(stream), made.encode(stream, number));
            }
        }
        sender.finish();
    }

    private Cost whole(StoreNode store, Vitals w2, String run, long seconds) throws Exception {
        HotChunks made = new HotChunks(w2, run, w2.people());
        try (LoggedSender sender =
                new LoggedSender(store.vertx(), made, (head, chunk) -> StoreSender.ask(store.vertx(), head, chunk))) {
            return Cost.of(server::cpu, () -> {
                for (long number = 0; number < seconds; number++) {
                    for (int person = 0; person < w2.people(); person++) {
                        sender.send(person, number + 1, number + 1, made.encode(person, number));
                    }
                }
                sender.finish();
                return seconds * w2.people() * w2.channels();
            });
        }
    }
}
