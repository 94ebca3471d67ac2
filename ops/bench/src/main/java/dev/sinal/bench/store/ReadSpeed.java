package dev.sinal.bench.store;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.PullLoop;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads of stored signals down to floats in this JVM: every channel of a minute, one channel of ten minutes. */
final class ReadSpeed {
    private static final String PACKED = "store, packed chunks, by its ReadClient";
    private static final String HOT = "store, chunks as they were collected, by its ReadClient";
    private static final String QUEST = "QuestDB over pgwire, binary, prepared";
    private static final String ROWS = "rows of jsonb";
    private static final int CHANNELS = 64;
    private static final int CHANNEL = 17;
    private static final double WIDE_FROM_S = 30;

    private final Options options;
    private final BenchServer server;
    private final Eeg w1 = Eeg.quantised("w1", CHANNELS);

    ReadSpeed(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        int wideS = (int) options.amount(60, 10);
        int longS = (int) options.amount(600, 60);
        long samples = (longS + 60) * 1_000L;
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF);
                QuestDb quest = QuestDb.start()) {
            try (PackedFill fill = new PackedFill(store.vertx(), database)) {
                fill.fill(w1, "packed", 0, samples);
            }
            HotChunks hot = new HotChunks(w1, "hot", 1);
            StoreSender sender = new StoreSender(store.vertx(), 1);
            for (long number = 0; number < samples / hot.rows(); number++) {
                sender.send(hot.envelope(0), hot.encode(0, number));
            }
            sender.finish();
            quest.createWide("w1", w1, "FLOAT");
            quest.ingest("w1", w1, 0, samples);
            JsonbRows rows = new JsonbRows(database);
            rows.create();
            long rowSamples = Math.round((WIDE_FROM_S + wideS) * 1_000);
            rows.ingest(JsonbRows.of(w1), 0, rowSamples, 100);
            BenchServer.run(database, "VACUUM ANALYZE " + JsonbRows.TABLE, "ANALYZE");
            wide(store, quest, rows, wideS);
            narrow(store, quest, longS);
        }
    }

    private void wide(StoreNode store, QuestDb quest, JsonbRows rows, int seconds) throws Exception {
        long from = Workload.at(WIDE_FROM_S);
        long to = Workload.at(WIDE_FROM_S + seconds);
        Contest contest = new Contest(options.amount(40, 10));
        contest.add(PACKED, round -> read(store, "packed", from, to, List.of()));
        contest.add(HOT, round -> read(store, "hot", from, to, List.of()));
        contest.add(QUEST, round -> quest(quest, "SELECT * FROM w1", from, to, CHANNELS));
        contest.add(
                ROWS,
                round -> Cost.of(server::cpu, () -> rows.read(w1, 0, from / 1_000_000, to / 1_000_000, new Sink())));
        contest.warmUp(options.quick() ? 0.5 : 2);
        contest.run(2 * options.rounds());
        contest.printReads("Read " + CHANNELS + " channels of " + seconds + " s, decoded to floats", PACKED);
        Goals.atLeast("read all channels against QuestDB", contest.seconds(QUEST) / contest.seconds(PACKED), 6);
        Goals.atLeast("read all channels against rows of jsonb", contest.seconds(ROWS) / contest.seconds(PACKED), 30);
    }

    private void narrow(StoreNode store, QuestDb quest, int seconds) throws Exception {
        long from = Workload.at(WIDE_FROM_S);
        long to = Workload.at(WIDE_FROM_S + seconds);
        String metric = w1.metrics().get(CHANNEL);
        Contest contest = new Contest(options.amount(40, 10));
        contest.add(PACKED, round -> read(store, "packed", from, to, List.of(metric)));
        contest.add(HOT, round -> read(store, "hot", from, to, List.of(metric)));
        contest.add(QUEST, round -> quest(quest, "SELECT ts, " + metric + " FROM w1", from, to, 1));
        contest.warmUp(options.quick() ? 0.5 : 2);
        contest.run(2 * options.rounds());
        contest.printReads("Read 1 channel of " + CHANNELS + ", " + seconds + " s, decoded to floats", PACKED);
        Goals.atLeast("read one channel against QuestDB", contest.seconds(QUEST) / contest.seconds(PACKED), 6);
    }

    /** @param metrics empty = all */
    private Cost read(StoreNode store, String run, long from, long to, List<String> metrics) throws Exception {
        int columns = metrics.isEmpty() ? CHANNELS : metrics.size();
        Samples samples = new Samples(from, to, columns);
        ReadQuery whole = ReadQuery.range(w1.agentId(run, 0), List.of(), from, to, null);
        ReadQuery query = metrics.isEmpty() ? whole : whole.withColumns(Map.of(w1.streamId(run, 0), metrics));
        return Cost.of(server::cpu, () -> {
            Waits.on(store.reader().open(query).compose(cursor -> all(cursor, samples)));
            long expected = (to - from) / 1_000_000 * columns;
            if (samples.values != expected) {
                throw new IllegalStateException("read " + samples.values + " values instead of " + expected);
            }
            return samples.values;
        });
    }

    private static Future<Void> all(ReadCursor cursor, Samples samples) {
        return PullLoop.whileTrue(() -> cursor.next().map(entries -> {
            for (ReadFrame.Entry entry : entries) {
                samples.take(entry.chunk());
            }
            return !cursor.ended();
        }));
    }

    private Cost quest(QuestDb quest, String select, long from, long to, int columns) throws Exception {
        return Cost.of(quest::cpu, () -> {
            try (Connection connection = quest.connect()) {
                return floats(connection, select, from, to, columns);
            }
        });
    }

    private static long floats(Connection connection, String select, long from, long to, int columns)
            throws SQLException {
        Sink sink = new Sink();
        long rows = 0;
        try (PreparedStatement statement = connection.prepareStatement(select + " WHERE ts >= ? AND ts < ?")) {
            statement.setTimestamp(1, new Timestamp(from / 1_000_000));
            statement.setTimestamp(2, new Timestamp(to / 1_000_000));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows++;
                    for (int c = 0; c < columns; c++) {
                        sink.take(result.getFloat(c + 2));
                    }
                }
            }
        }
        long expected = (to - from) / 1_000_000;
        if (rows != expected) {
            throw new IllegalStateException("QuestDB gave " + rows + " rows instead of " + expected);
        }
        return rows * columns;
    }

    /** Decodes what comes and keeps what lies in the range. */
    private static final class Samples {
        private final long from;
        private final long to;
        private final int columns;
        private final int[] channels;
        private final Sink sink = new Sink();
        private long values;

        Samples(long from, long to, int columns) {
            this.from = from;
            this.to = to;
            this.columns = columns;
            this.channels = IntStream.range(0, columns).toArray();
        }

        void take(byte[] chunk) {
            if (ChunkHeader.read(chunk).channels() != columns) {
                throw new IllegalStateException("not a chunk of " + columns + " columns");
            }
            SampleBlock block = ChunkDecoder.decodeWithoutRawStamps(chunk, channels);
            long[] stamps = block.timestamps();
            int first = 0;
            while (first < stamps.length && stamps[first] < from) {
                first++;
            }
            int end = stamps.length;
            while (end > first && stamps[end - 1] >= to) {
                end--;
            }
            for (int c = 0; c < columns; c++) {
                float[] column = ((FloatColumn) block.column(c)).values();
                for (int i = first; i < end; i++) {
                    sink.take(column[i]);
                }
            }
            values += (long) (end - first) * columns;
        }
    }
}
