package dev.sinal.bench.store;

import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** W1 into each store: processor time for a value, client and server, everything durable that can be. */
final class IngestSpeed {
    static final String OURS = "whole path: encode, log on disk, store, COMMIT";
    private static final String NO_LOG = "encode, store, COMMIT (no ingest log)";
    private static final String ENCODE = "encode only";
    private static final String LOG = "ingest log only: append, read back, delete";
    private static final String STORE = "store only: encoded chunks by the bus";
    private static final String BARE = "bare INSERT of the same rows, same statement size";
    private static final String FILE = "encode, plain file, fsync";
    private static final String IMPORT = "import: encode chunks of 10000 densely, COPY";
    private static final String COPY = "import: COPY of those chunks alone";
    private static final String QUEST = "QuestDB, wide FLOAT table, ILP/TCP, applied";
    private static final String BATCH = "rows of jsonb, 100 per INSERT and commit";
    private static final String SINGLE = "rows of jsonb, 1 per INSERT and commit";
    private static final int CHANNELS = 64;
    /** Of each way before it counts: a collector and a store run for weeks, their code is compiled in the first seconds. */
    private static final double WARM_S = 10;

    private final Options options;
    private final BenchServer server;
    private final Eeg w1 = Eeg.quantised("w1", CHANNELS);

    IngestSpeed(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        long chunks = options.amount(2_400, 480);
        long questRows = options.amount(100_000, 20_000);
        long batchRows = options.amount(20_000, 4_000);
        long singleRows = options.amount(2_000, 500);
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF);
                BareInsert bare = new BareInsert(store.vertx(), database);
                PackedFill copy = new PackedFill(store.vertx(), database);
                QuestDb quest = QuestDb.start()) {
            JsonbRows rows = new JsonbRows(database);
            rows.create();
            JsonbRows.Rows singles = JsonbRows.of(w1);
            Contest contest = new Contest(options.amount(240, 25));
            contest.add(OURS, round -> whole(store, "whole" + round, chunks));
            contest.add(NO_LOG, round -> encodeAndStore(store, "plain" + round, chunks));
            contest.add(ENCODE, round -> Cost.of(Cost.NONE, () -> encode("encode" + round, chunks)));
            contest.add(LOG, round -> logOnly(store, "log" + round, chunks));
            int[] statement = {8};
            contest.add(STORE, round -> {
                long before = store.statements();
                Cost cost = storeOnly(store, "store" + round, chunks);
                statement[0] = (int) Math.max(1, Math.round((double) chunks / (store.statements() - before)));
                return cost;
            });
            contest.add(BARE, round -> {
                List<byte[]> encoded = new HotChunks(w1, "bare" + round, 1).encodeAll(chunks);
                return Cost.of(server::cpu, () -> {
                    bare.insert(encoded, statement[0]);
                    return chunks * HotChunks.rows(w1) * CHANNELS;
                });
            });
            contest.add(FILE, round -> Cost.of(Cost.NONE, () -> file("file" + round, chunks)));
            long samples = chunks * HotChunks.rows(w1);
            contest.add(IMPORT, round -> Cost.of(server::cpu, () -> copy.fill(w1, "import" + round, 0, samples)));
            contest.add(COPY, round -> {
                List<byte[]> dense = new ArrayList<>();
                new PackedFill.Chunks(w1, "copy" + round, 0, samples).forEachRemaining(dense::add);
                return Cost.of(server::cpu, () -> copy.fill(w1, "copy" + round, 0, dense.iterator()));
            });
            contest.add(QUEST, round -> {
                quest.createWide("w1", w1, "FLOAT");
                return Cost.of(quest::cpu, () -> quest.ingest("w1", w1, 0, questRows));
            });
            contest.add(
                    BATCH,
                    round -> Cost.of(server::cpu, () -> rows.ingest(singles, round * batchRows, batchRows, 100)));
            contest.add(
                    SINGLE,
                    round -> Cost.of(server::cpu, () -> rows.ingest(singles, round * singleRows, singleRows, 1)));
            contest.keep(options.only());
            if (!options.quick()) {
                contest.warmUp(WARM_S);
            }
            contest.run(options.rounds());
            contest.printWrites(
                    "Ingest of W1: 64 channels of EEG at 1 kHz, float32 on the grid of a 24-bit converter, chunks of "
                            + HotChunks.rows(w1) + " samples, " + statement[0] + " chunks a statement",
                    OURS);
            if (options.complete()) {
                goals(contest);
            }
        }
    }

    private static void goals(Contest contest) {
        double ours = contest.perCpuSecond(OURS);
        Goals.atLeast("W1 ingest against QuestDB, values for a CPU second", ours / contest.perCpuSecond(QUEST), 5);
        Goals.atLeast("W1 ingest against rows of jsonb in batches", ours / contest.perCpuSecond(BATCH), 15);
        Goals.atLeast("W1 ingest against a plain fsynced file", ours / contest.perCpuSecond(FILE), 0.33);
        Goals.say(
                "W1 store against a bare INSERT of the same rows",
                contest.perCpuSecond(STORE) / contest.perCpuSecond(BARE));
    }

    private Cost whole(StoreNode store, String run, long chunks) throws Exception {
        HotChunks made = new HotChunks(w1, run, 1);
        try (LoggedSender sender =
                new LoggedSender(store.vertx(), made, (head, chunk) -> StoreSender.ask(store.vertx(), head, chunk))) {
            return Cost.of(server::cpu, () -> {
                for (long number = 0; number < chunks; number++) {
                    long first = number * made.rows() + 1;
                    sender.send(0, first, first + made.rows() - 1, made.encode(0, number));
                }
                sender.finish();
                return chunks * made.valuesOfAChunk();
            });
        }
    }

    private Cost logOnly(StoreNode store, String run, long chunks) throws Exception {
        HotChunks made = new HotChunks(w1, run, 1);
        List<byte[]> encoded = made.encodeAll(chunks);
        try (LoggedSender sender = new LoggedSender(store.vertx(), made, (head, chunk) -> Future.succeededFuture())) {
            return Cost.of(Cost.NONE, () -> {
                for (int number = 0; number < encoded.size(); number++) {
                    long first = (long) number * made.rows() + 1;
                    sender.send(0, first, first + made.rows() - 1, encoded.get(number));
                }
                sender.finish();
                return chunks * made.valuesOfAChunk();
            });
        }
    }

    private Cost encodeAndStore(StoreNode store, String run, long chunks) throws Exception {
        HotChunks made = new HotChunks(w1, run, 1);
        return Cost.of(server::cpu, () -> {
            StoreSender sender = new StoreSender(store.vertx(), 1);
            for (long number = 0; number < chunks; number++) {
                sender.send(made.envelope(0), made.encode(0, number));
            }
            sender.finish();
            return chunks * made.valuesOfAChunk();
        });
    }

    private Cost storeOnly(StoreNode store, String run, long chunks) throws Exception {
        HotChunks made = new HotChunks(w1, run, 1);
        List<byte[]> encoded = made.encodeAll(chunks);
        return Cost.of(server::cpu, () -> {
            StoreSender sender = new StoreSender(store.vertx(), 1);
            for (byte[] chunk : encoded) {
                sender.send(made.envelope(0), chunk);
            }
            sender.finish();
            return chunks * made.valuesOfAChunk();
        });
    }

    private long encode(String run, long chunks) {
        HotChunks made = new HotChunks(w1, run, 1);
        List<Integer> lengths = new ArrayList<>();
        for (long number = 0; number < chunks; number++) {
            lengths.add(made.encode(0, number).length);
        }
        return lengths.size() * made.valuesOfAChunk();
    }

    private long file(String run, long chunks) throws Exception {
        HotChunks made = new HotChunks(w1, run, 1);
        try (PlainFile file = new PlainFile()) {
            for (long number = 0; number < chunks; number++) {
                file.append(made.encode(0, number));
            }
            file.sync();
        }
        return chunks * made.valuesOfAChunk();
    }
}
