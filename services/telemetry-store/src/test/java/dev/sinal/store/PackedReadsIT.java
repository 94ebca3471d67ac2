package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.CommitMerger;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of samples that are being packed meanwhile. */
class PackedReadsIT {
    private static final List<String> STREAMS = List.of("one", "two");
    private static final int CHANNELS = 64;
    private static final long HOUR = 3_600_000_000_000L;

    private TestDatabase database;
    private StoreUnderTest store;
    private Connection connection;
    private final Map<String, Long> next = new HashMap<>();
    private final Random random = new Random(11);

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
        connection = new Database(database.uri()).dataSource().getConnection();
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        store.close();
        database.close();
    }

    @Test
    void pagesInTheOrderOfCommitGiveEveryRowOnceWhileOthersInsertAndPack() throws SQLException {
        for (int i = 0; i < 30; i++) {
            sendSomewhere();
        }
        List<CommitKey> read = new ArrayList<>();
        CommitKey place = null;
        for (int page = 0; page < 60; page++) {
            List<CommitKey> rows = committed(place, 1 + random.nextInt(40));
            read.addAll(rows);
            place = rows.isEmpty() ? place : rows.get(rows.size() - 1);
            if (page < 40) {
                sendSomewhere();
                Packing.pack(connection, somewhere(), 1 + random.nextInt(3), 1 + random.nextInt(12));
            }
        }
        read.addAll(committed(place, Integer.MAX_VALUE));

        assertThat(read).hasSize(sent()).isSorted().doesNotHaveDuplicates();
        assertThat(committed(null, Integer.MAX_VALUE)).isEqualTo(read);
        for (int i = 0; i < read.size(); i += 37) {
            assertThat(committed(read.get(i), 50)).isEqualTo(read.subList(i + 1, Math.min(read.size(), i + 51)));
        }
    }

    @Test
    void pagesInTheOrderOfTimeGiveEveryRowOnceWhileOthersInsertAndPack() throws SQLException {
        for (int i = 0; i < 60; i++) {
            sendSomewhere();
        }
        List<RowKey> before = byTime(null, Integer.MAX_VALUE);
        assertThat(before).hasSize(sent()).isSorted();
        List<RowKey> read = new ArrayList<>();
        RowKey place = null;
        for (List<RowKey> rows = byTime(null, 25); !rows.isEmpty(); rows = byTime(place, 25)) {
            read.addAll(rows);
            place = rows.get(rows.size() - 1);
            Packing.pack(connection, somewhere(), 1 + random.nextInt(3), 1 + random.nextInt(12));
            if (read.size() % 2 == 0) {
                sendSomewhere();
            }
        }

        assertThat(read).isSorted().doesNotHaveDuplicates().containsAll(before);
    }

    @Test
    void aChunkLargerThanAFrameComesInPartsInEveryOrder() throws SQLException {
        StreamDescriptor wide = wide("wide");
        byte[] large = wideChunk("wide", 1, 2_000);
        acked(wide, 1, large);
        acked(wide, 1, Samples.encode("wide", 1, 2_001, new long[] {START + 2_000 * STEP}, row(1)));

        for (String order : List.of(ReadQuery.TIME, ReadQuery.COMMITTED, ReadQuery.RECENT)) {
            ReadQuery query = new ReadQuery("agent", List.of(), null, null, order, null, null, 2_001, 0);
            StoreUnderTest.FirstFrame first = get(store.open(query));
            assertThat(first.frame().part()).isNotNull();
            // The chunk of which parts are sent, and at most one frame that is ready before it is asked for.
            assertThat(store.metrics().get("sinal.store.reads.bytes").gauge().value())
                    .isBetween((double) large.length, (double) large.length + ReadQuery.MAX_FRAME_BYTES + 64);
            int frames = 1;
            for (ReadFrame frame = first.frame(); !frame.end(); frames++) {
                assertThat(frame.toBuffer().length()).isLessThanOrEqualTo(ReadQuery.MAX_FRAME_BYTES + 64);
                frame = get(store.ask(first.opened(), "next"));
            }
            assertThat(frames).isGreaterThanOrEqualTo(large.length / ReadQuery.MAX_FRAME_BYTES + 1);
            assertThat(store.metrics().get("sinal.store.reads.bytes").gauge().value())
                    .isZero();
            List<ReadFrame.Entry> entries = store.readAll(query);
            assertThat(entries).hasSize(2);
            assertThat(entries.get(0).chunk()).isEqualTo(large);
        }
    }

    @Test
    void oneChannelOfHotAndOfPackedChunksHasTheValuesThatTheWholeHas() throws SQLException {
        StreamDescriptor renamed = new StreamDescriptor(
                "wide",
                "agent",
                "wide-name",
                "lsl",
                "EEG",
                "source",
                "host",
                "uid",
                "session",
                "double64",
                250,
                null,
                List.of(
                        dev.sinal.contracts.ChannelDescriptor.plain("other"),
                        dev.sinal.contracts.ChannelDescriptor.plain("c7")));
        acked(wide("wide"), 1, wideChunk("wide", 1, 300));
        acked(wide("wide"), 1, wideChunk("wide", 301, 300));
        Packing.pack(connection, "wide", 1, 1);
        acked(
                renamed,
                2,
                Samples.encode(
                        "wide",
                        2,
                        1,
                        new long[] {START + HOUR},
                        List.of(new DoubleColumn(new double[] {5}), new DoubleColumn(new double[] {6}))));
        ReadQuery whole = ReadQuery.range("agent", List.of(), null, null, null);

        for (List<String> metrics : List.of(List.of("c7"), List.of("c63", "c0"), List.of("nothing"))) {
            ReadQuery some = whole.withColumns(Map.of("wide", metrics));
            ColumnChoice choice = stream -> {
                int[] chosen = some.columnsOf(stream);
                return chosen == null ? new int[0] : chosen;
            };
            assertThat(values(some, choice)).isEqualTo(values(whole, choice));
        }
        assertThat(values(whole.withColumns(Map.of("wide", List.of("c7"))), ColumnChoice.ALL))
                .hasSize(601)
                .endsWith("6.0");
        int bytes = store.readAll(whole.withColumns(Map.of("wide", List.of("c7")))).stream()
                .mapToInt(ReadFrame.Entry::bytes)
                .sum();
        assertThat(bytes)
                .isLessThan(store.readAll(whole).stream()
                                .mapToInt(ReadFrame.Entry::bytes)
                                .sum()
                        / 16);
    }

    private List<String> values(ReadQuery query, ColumnChoice choice) {
        RowReader reader = get(RowReader.open(new ReadClient(store.vertx()), query, choice));
        List<String> values = new ArrayList<>();
        while (get(reader.fill())) {
            while (reader.advance()) {
                StringBuilder text = new StringBuilder();
                for (int c = 0; c < reader.row().stream().channels().size(); c++) {
                    text.append(reader.row().isPresent(c) ? reader.row().value(c) : "");
                }
                values.add(text.toString());
            }
        }
        return values;
    }

    private List<CommitKey> committed(@Nullable CommitKey after, int most) {
        ReadQuery query = new ReadQuery("agent", List.of(), null, null, ReadQuery.COMMITTED, null, after, 0, 2_048)
                .withOverlaps(true);
        ReadCursor cursor = get(new ReadClient(store.vertx()).open(query));
        CommitMerger merger = CommitMerger.of(query, cursor.opened(), ColumnChoice.ALL);
        List<CommitKey> rows = new ArrayList<>();
        while (!cursor.ended() && rows.size() < most) {
            merger.addAll(get(cursor.next()));
            if (cursor.ended()) {
                merger.end();
            }
            while (rows.size() < most && merger.advance()) {
                RowKey key = merger.row().key();
                assertThat(merger.row().value(0)).isEqualTo(key.seq());
                rows.add(new CommitKey(merger.tx(), key.stream(), key.epoch(), key.seq()));
            }
        }
        cursor.close();
        return rows;
    }

    private List<RowKey> byTime(@Nullable RowKey after, int most) {
        ReadQuery query =
                new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, after, null, 0, 2_048).withOverlaps(true);
        RowReader reader = get(RowReader.open(new ReadClient(store.vertx()), query, ColumnChoice.ALL));
        List<RowKey> rows = new ArrayList<>();
        while (rows.size() < most && get(reader.fill())) {
            while (rows.size() < most && reader.advance()) {
                rows.add(reader.row().key());
            }
        }
        reader.close();
        return rows;
    }

    private String somewhere() {
        return STREAMS.get(random.nextInt(STREAMS.size()));
    }

    /** Some samples of an epoch; earlier epochs have later times, so that much of it is late data. */
    private void sendSomewhere() {
        String stream = somewhere();
        long epoch = 1 + random.nextInt(3);
        long first = next.getOrDefault(stream + epoch, 1L);
        long last = first + random.nextInt(10);
        next.put(stream + epoch, last + 1);
        acked(
                Samples.stream("agent", stream, "a"),
                epoch,
                Samples.chunk(stream, epoch, first, last, START + (4 - epoch) * HOUR / 100, STEP));
    }

    private int sent() {
        return next.values().stream().mapToInt(Long::intValue).sum() - next.size();
    }

    private void acked(StreamDescriptor stream, long epoch, byte[] chunk) {
        assertThat(get(store.send(envelope(stream, epoch, 1), chunk)).status()).isEqualTo(StoreAnswer.ACKED);
    }

    private static StreamDescriptor wide(String id) {
        String[] metrics = new String[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            metrics[c] = "c" + c;
        }
        return Samples.stream("agent", id, metrics);
    }

    private byte[] wideChunk(String stream, long first, int n) {
        long[] stamps = new long[n];
        for (int i = 0; i < n; i++) {
            stamps[i] = START + (first - 1 + i) * STEP;
        }
        return Samples.encode(stream, 1, first, stamps, row(n));
    }

    /** Noise that no codec makes small. */
    private List<Column> row(int n) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < CHANNELS; c++) {
            columns.add(new DoubleColumn(random.doubles(n).toArray()));
        }
        return columns;
    }
}
