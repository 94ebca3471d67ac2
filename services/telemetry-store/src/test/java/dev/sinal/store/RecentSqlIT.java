package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.TextColumn;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.sql.RecentTable;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What readers of SQL find of slow streams, on real PostgreSQL. */
final class RecentSqlIT {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static TestDatabase database;

    private final long start =
            TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) / SECOND * SECOND - 60 * SECOND;

    @BeforeAll
    static void open() {
        database = TestDatabase.fresh();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void slowStreamsArePlainRowsWithWhatTheyCover() throws Exception {
        StreamDescriptor vitals = stream("slow", "v1", 1, "double64", scaled(), ChannelDescriptor.plain("spo2"));
        StreamDescriptor events = stream("slow", "e1", 0, "string", ChannelDescriptor.plain("event"));
        StreamDescriptor eeg = stream("slow", "x1", 250, "double64", ChannelDescriptor.plain("Cz"));
        BitSet present = new BitSet();
        present.set(0);
        present.set(2);
        List<Column> columns = List.of(
                new DoubleColumn(new double[] {60, 61, 62}), new DoubleColumn(new double[] {0.5, 0, 0.7}, present));
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            send(store, vitals, 1, Samples.encode("v1", 1, 1, stamps(start, 3), columns));
            send(store, events, 1, Samples.encode("e1", 1, 1, stamps(start, 1), List.of(new TextColumn(new String[] {
                "go"
            }))));
            send(store, eeg, 1, Samples.chunk("x1", 1, 1, 100, start, SECOND / 250));

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(rows("SELECT metric || '=' || COALESCE(text, value::text) || unit"
                                    + " || '@' || (ts_ns - " + start
                                    + ") / 1000000000 FROM sinal.telemetry_recent WHERE agent_id = 'slow'"
                                    + " ORDER BY stream, ts_ns, metric"))
                            .containsExactly(
                                    "event=go@0",
                                    "hr=130bpm@0",
                                    "spo2=0.5@0",
                                    "hr=132bpm@1",
                                    "hr=134bpm@2",
                                    "spo2=0.7@2"));

            assertThat(rows("SELECT stream || ' ' || (covered_from = sinal.utc(" + start
                            + ")) || ' ' || (covered_to = sinal.utc(" + (start + 2 * SECOND)
                            + ")) FROM sinal.recent_coverage WHERE agent_id = 'slow' ORDER BY stream"))
                    .as("a fast stream is not covered")
                    .containsExactly("e1 true false", "v1 true true");
            assertThat(
                            rows(
                                    "SELECT stream || ' ' || samples FROM sinal.streams WHERE agent_id = 'slow' ORDER BY stream"))
                    .containsExactly("e1 1", "v1 3", "x1 100");
            assertThat(
                            rows(
                                    "SELECT metric || ' ' || scale || ' ' || \"offset\" FROM sinal.channels WHERE stream_id = 'v1' ORDER BY channel"))
                    .containsExactly("hr 2 10", "spo2 1 0");
        }
    }

    @Test
    void whatWasLeftOutIsNotCovered() {
        StreamDescriptor stream = stream("holes", "h1", 1, "double64", ChannelDescriptor.plain("a"));
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            sendRows(store, stream, 1, 3);
            awaitCovered("h1", 0, 2);
        }
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            sendRows(store, stream, 4, 5);
            awaitCovered("h1", 0, 4); // another feed, and nothing between
        }
        try (StoreUnderTest blind = new StoreUnderTest(database.uri(), Map.of("store.sqlWindow", "0s"))) {
            sendRows(blind, stream, 6, 7);
        }
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            sendRows(store, stream, 8, 9);
            awaitCovered("h1", 7, 8);
        }
    }

    @Test
    void whatIsOlderThanTheWindowGoes() throws Exception {
        StreamDescriptor stream = stream("old", "o1", 1, "double64", ChannelDescriptor.plain("a"));
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            sendRows(store, stream, 1, 10);
            awaitCovered("o1", 0, 9);
            Vertx vertx = store.vertx();
            Pool pool = new Database(database.uri()).pool(vertx, "trim", 1, 10_000);

            get(new RecentTable(pool).trim(start + 4 * SECOND));

            awaitCovered("o1", 4, 9);
            assertThat(rows("SELECT value::text FROM sinal.telemetry_recent WHERE stream_id = 'o1' ORDER BY ts_ns"))
                    .containsExactly("5", "6", "7", "8", "9", "10");
            get(pool.close());
        }
    }

    private void awaitCovered(String stream, long fromSecond, long toSecond) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows("SELECT ((covered_from - " + start
                                + ") / 1000000000) || '-' || ((covered_to - " + start
                                + ") / 1000000000) FROM telemetry.recent_streams WHERE stream_id = '" + stream + "'"))
                        .containsExactly(fromSecond + "-" + toSecond));
    }

    private void sendRows(StoreUnderTest store, StreamDescriptor stream, long first, long last) {
        send(store, stream, 1, Samples.chunk(stream.id(), 1, first, last, start, SECOND));
    }

    private static void send(StoreUnderTest store, StreamDescriptor stream, long epoch, byte[] chunk) {
        ChunkEnvelope envelope = Samples.envelope(stream, epoch, 1);
        assertThat(get(store.send(envelope, chunk)).status()).isEqualTo(StoreAnswer.ACKED);
    }

    private static long[] stamps(long from, int n) {
        long[] stamps = new long[n];
        for (int i = 0; i < n; i++) {
            stamps[i] = from + i * SECOND;
        }
        return stamps;
    }

    private static ChannelDescriptor scaled() {
        return new ChannelDescriptor("hr", "hr", "bpm", "spec", "", 2.0, 10.0);
    }

    private static StreamDescriptor stream(
            String agent, String id, double rate, String format, ChannelDescriptor... channels) {
        return new StreamDescriptor(
                id,
                agent,
                id,
                "lsl",
                "vitals",
                "source",
                "host",
                "uid",
                "session",
                format,
                rate,
                null,
                List.of(channels));
    }

    private static List<String> rows(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
