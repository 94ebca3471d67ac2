package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Databases of earlier versions, and none, become databases of this one. */
final class MigrationIT {
    /** The version that had no layers. */
    private static final String ONE_LAYER = "2";

    private static final int CHUNK = 250;
    private static final int CHUNKS = 20;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aFilledDatabaseOfOneLayerKeepsItsSamples() throws Exception {
        StreamDescriptor stream = Samples.stream("old", "s1", "a");
        fill(stream);

        try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            List<String> rows = Samples.rows(store.readAll(ReadQuery.range("old", List.of(), null, null, null)));
            assertThat(rows).hasSize(CHUNK * CHUNKS).doesNotHaveDuplicates().startsWith("s1/1/1=1.0");
            assertThat(rows).endsWith("s1/1/" + CHUNK * CHUNKS + "=" + CHUNK * CHUNKS + ".0");
            long next = CHUNK * CHUNKS + 1;

            StoreAnswer answer = get(store.send(envelope(stream, 1, 1), chunk("s1", 1, next, next + 9)));

            assertThat(answer.status()).as("its watermark goes on").isEqualTo(StoreAnswer.ACKED);
            assertThat(Samples.rows(store.readAll(ReadQuery.range("old", List.of(), null, null, null))))
                    .hasSize(CHUNK * CHUNKS + 10);
        }
        assertThat(one("SELECT count(*) FROM telemetry.telemetry_packed")).isEqualTo(CHUNKS);
    }

    @Test
    void storesThatStartAtOnceMigrateOnce() throws Exception {
        CompletableFuture<StoreUnderTest> first =
                CompletableFuture.supplyAsync(() -> new StoreUnderTest(database.uri(), Map.of()));
        CompletableFuture<StoreUnderTest> second =
                CompletableFuture.supplyAsync(() -> new StoreUnderTest(database.uri(), Map.of()));
        try (StoreUnderTest one = first.join();
                StoreUnderTest other = second.join()) {
            for (StoreUnderTest store : List.of(one, other)) {
                org.awaitility.Awaitility.await()
                        .atMost(java.time.Duration.ofMinutes(2))
                        .until(() -> store.health().ready());
                assertThat(get(store.service().streams("nobody"))).isEmpty();
            }
        }
        assertThat(one("SELECT count(*) FROM telemetry.flyway_schema_history WHERE NOT success"))
                .isZero();
        assertThat(
                        one(
                                "SELECT count(*) - count(DISTINCT version) FROM telemetry.flyway_schema_history WHERE version IS NOT NULL"))
                .isZero();
    }

    /** As a store of that version left it. */
    private void fill(StreamDescriptor stream) throws SQLException {
        Flyway.configure()
                .dataSource(new Database(database.uri()).dataSource())
                .schemas("telemetry")
                .defaultSchema("telemetry")
                .createSchemas(true)
                .locations("classpath:db/telemetry")
                .target(ONE_LAYER)
                .load()
                .migrate();
        long day = Math.floorDiv(START, ChunkRow.DAY_NS);
        String descriptor = Wire.write(stream).encode();
        execute(
                "CREATE TABLE telemetry.telemetry_20260301 (LIKE telemetry.telemetry INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)");
        execute("ALTER TABLE telemetry.telemetry ATTACH PARTITION telemetry.telemetry_20260301 FOR VALUES FROM ("
                + day * ChunkRow.DAY_NS + ") TO (" + (day + 1) * ChunkRow.DAY_NS + ")");
        execute(
                "INSERT INTO telemetry.streams (stream_id, agent_id, name, last_epoch, descriptor) VALUES (?, ?, ?, 1, ?::jsonb)",
                stream.id(),
                stream.agentId(),
                stream.name(),
                descriptor);
        execute(
                "INSERT INTO telemetry.stream_epochs (stream_id, epoch, node, fence, committed_seq, first_ts, last_ts, max_span, time_basis, descriptor, opened_at)"
                        + " VALUES (?, 1, 'collector', 1, ?, ?, ?, ?, 'lsl', ?::jsonb, ?)",
                stream.id(),
                (long) CHUNK * CHUNKS,
                START,
                START + (CHUNK * CHUNKS - 1) * STEP,
                (CHUNK - 1) * STEP,
                descriptor,
                START);
        for (int c = 0; c < CHUNKS; c++) {
            ChunkRow row = ChunkRow.of(chunk(stream.id(), 1, (long) c * CHUNK + 1, (long) (c + 1) * CHUNK));
            execute(
                    "INSERT INTO telemetry.telemetry (stream_id, epoch, first_seq, n, ts, te, mins, maxs, means, valid, chunk)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?::float8[], ?::float8[], ?::float8[], ?::int[], ?)",
                    row.streamId(),
                    row.epoch(),
                    row.firstSeq(),
                    row.count(),
                    row.ts(),
                    row.te(),
                    array(Arrays.toString(row.mins())),
                    array(Arrays.toString(row.maxs())),
                    array(Arrays.toString(row.means())),
                    array(Arrays.toString(row.valid())),
                    row.chunk());
        }
    }

    private static String array(String java) {
        return java.replace('[', '{').replace(']', '}');
    }

    private void execute(String sql, Object... values) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    private long one(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
