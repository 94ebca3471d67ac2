package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packing that is broken off everywhere, beside writes, repetitions, late data and reads: each sample is there once, at any moment. */
class PackModelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STEPS = 150;
    private static final int STREAMS = 3;
    private static final Map<String, String> EAGER =
            Map.of("store.compactAfter", "0s", "store.compactHold", "0s", "store.compactDuty", "1");

    private final Random random = new Random(20261123);
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private final List<String> external = new ArrayList<>();
    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), EAGER);
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @Test
    void everySampleIsThereOnceWhateverBreaksThePacker() throws SQLException {
        run("""
                CREATE FUNCTION telemetry.fail_often() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF random() < 0.3 THEN RAISE EXCEPTION 'as told'; END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER fail BEFORE INSERT ON telemetry.telemetry_packed FOR EACH ROW EXECUTE FUNCTION telemetry.fail_often();
                """);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0 -> restart();
                case 1 ->
                    run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name = 'sinal-store-pack'");
                case 2, 3 -> writeExternal();
                case 4, 5 -> check();
                case 6, 7 -> askToPack();
                default -> send();
            }
        }
        check();
        run("DROP TRIGGER fail ON telemetry.telemetry_packed");

        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            store.pack();
            return number("SELECT count(*) FROM telemetry.chunks WHERE level = 0") == 0;
        });

        check();
        assertThat(number("SELECT count(*) FROM telemetry.telemetry_packed")).isPositive();
        assertThat(number("SELECT sum(n) FROM telemetry.telemetry_packed"))
                .isEqualTo(number("SELECT sum(committed_seq) FROM telemetry.stream_epochs"));
    }

    private void restart() {
        askToPack();
        store.close();
        store = new StoreUnderTest(database.uri(), EAGER);
    }

    /** Nobody waits for it: it runs beside what comes next. */
    private void askToPack() {
        store.vertx().eventBus().<JsonObject>request(Addresses.STORE_PACK, new JsonObject());
    }

    private void send() {
        String id = "s" + random.nextInt(STREAMS);
        long epoch = 1 + random.nextInt(2);
        ChunkEnvelope envelope = envelope(Samples.stream("agent", id, "a"), epoch, 3);
        String key = id + "/" + epoch;
        long committed = acknowledged.getOrDefault(key, 0L);
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            long first = Math.max(1, committed + 1 + random.nextInt(60) - 40);
            StoreAnswer answer = get(store.send(envelope, chunk(id, epoch, first, first + random.nextInt(400))));
            if (answer.status().equals(StoreAnswer.ACKED)) {
                committed = Math.max(committed, answer.seq());
            }
        }
        acknowledged.put(key, committed);
    }

    /** Stamps in no order: of this second, of yesterday, of the next day. */
    private void writeExternal() {
        int n = 1 + random.nextInt(20);
        long[] stamps = new long[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            stamps[i] = START + (random.nextInt(200_000) - 100_000) * 1_000_000_000L;
            values[i] = external.size();
            external.add("" + values[i]);
        }
        byte[] chunk = Samples.encode("x", 0, 0, stamps, List.of(new DoubleColumn(values)));
        get(store.write(
                new ExternalWrite("abc123", List.of(new ExternalWrite.Part("main", List.of("t")))), List.of(chunk)));
    }

    private void check() {
        List<String> expected = new ArrayList<>();
        acknowledged.forEach((key, last) -> {
            for (long seq = 1; seq <= last; seq++) {
                expected.add(key + "/" + seq + "=" + (double) seq);
            }
        });
        assertThat(rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .hasSameSizeAs(expected)
                .hasSameElementsAs(expected);
        assertThat(rows(store.readAll(ReadQuery.range("abc123", List.of(), null, null, null))).stream()
                        .map(row -> row.substring(row.indexOf('=') + 1))
                        .sorted())
                .isEqualTo(external.stream().sorted().toList());
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
