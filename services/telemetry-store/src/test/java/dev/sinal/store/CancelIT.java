package dev.sinal.store;

import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers that go away while the database is slow: their statements end on the server, and their connections serve others. */
class CancelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ReadQuery ALL =
            new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 1024);

    private TestDatabase database;
    private StoreUnderTest store;
    private Connection operator;

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.openReads", "1"));
        operator = new Database(database.uri()).dataSource().getConnection();
        for (int first = 1; first <= 400; first += 10) {
            get(store.send(envelope(Samples.stream("agent", "one", "a"), 5, 1), chunk("one", 5, first, first + 9)));
        }
        // Every look at a chunk passes a lock that the test can take.
        run("""
                CREATE FUNCTION telemetry.pass() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
                BEGIN
                    PERFORM pg_advisory_lock_shared(7);
                    PERFORM pg_advisory_unlock_shared(7);
                    RETURN true;
                END $$;
                ALTER VIEW telemetry.chunks RENAME TO chunks_at_once;
                CREATE VIEW telemetry.chunks AS SELECT * FROM telemetry.chunks_at_once WHERE telemetry.pass();
                """);
    }

    @AfterEach
    void stop() throws SQLException {
        operator.close();
        store.close();
        database.close();
    }

    @Test
    void aReadThatIsBeingOpenedIsStopped() throws SQLException {
        run("SELECT pg_advisory_lock(7)");
        Promise<Void> gone = Promise.promise();
        Future<ReadCursor> opening =
                new ReadClient(store.vertx()).until(gone.future()).open(ALL);
        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 1);

        gone.complete();

        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 0);
        assertThatThrownBy(() -> get(opening))
                .satisfies(failure ->
                        assertThat(RpcError.data(failure).getString("code")).isEqualTo(ReadClient.READER_GONE));
        assertThat(ended("cancelled")).isEqualTo(1);
        assertEverythingServesAgain();
    }

    @Test
    void aReadThatIsUnderWayIsStopped() throws SQLException {
        Promise<Void> gone = Promise.promise();
        ReadCursor cursor =
                get(new ReadClient(store.vertx()).until(gone.future()).open(ALL));
        get(cursor.next());
        run("SELECT pg_advisory_lock(7)");
        // The frame that was read ahead still comes; a later one meets the lock.
        Future<Void> rest = drain(cursor);
        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 1);

        gone.complete();

        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 0 && inTransaction() == 0);
        assertThatThrownBy(() -> get(rest)).isNotNull();
        assertThat(ended("closed")).isEqualTo(1);
        assertEverythingServesAgain();
    }

    @Test
    void aReadThatTakesTooLongIsStoppedWithoutBeingTold() throws SQLException {
        run("SELECT pg_advisory_lock(7)");

        assertThatThrownBy(() -> get(new ReadClient(store.vertx()).open(ALL)))
                .satisfies(failure -> assertThat(RpcError.of(failure)).isEqualTo(RpcError.UNAVAILABLE));

        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 0 && inTransaction() == 0);
        assertEverythingServesAgain();
    }

    private static Future<Void> drain(ReadCursor cursor) {
        return cursor.next().compose(entries -> entries.isEmpty() ? Future.succeededFuture() : drain(cursor));
    }

    private void assertEverythingServesAgain() throws SQLException {
        run("SELECT pg_advisory_unlock(7)");
        assertThat(store.metrics().get("sinal.store.breaker").gauge().value()).isZero();
        for (int i = 0; i < 30; i++) {
            assertThat(Samples.rows(store.readAll(ALL))).hasSize(400);
        }
    }

    private double ended(String reason) {
        return store.metrics()
                .get("sinal.store.reads.ended")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private int waiting() throws SQLException {
        return count("wait_event_type = 'Lock'");
    }

    private int inTransaction() throws SQLException {
        return count("xact_start IS NOT NULL");
    }

    private int count(String which) throws SQLException {
        try (Statement statement = operator.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name = 'sinal-store-samples' AND "
                        + which)) {
            found.next();
            return found.getInt(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = operator.createStatement()) {
            statement.execute(sql);
        }
    }
}
