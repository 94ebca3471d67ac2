package dev.sinal.store;

import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DatabaseFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ChunkEnvelope EPOCH = envelope(Samples.stream("agent", "s1", "a"), 9, 1);

    @Test
    void nothingAcknowledgedIsLostWhenTheServerStopsAndComesBack() {
        try (TestServer server = TestServer.start();
                TestDatabase database = server.database();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            sendAll(store, 1, 50);

            server.stop();
            assertThat(get(store.send(EPOCH, chunk("s1", 9, 51, 60))).status()).isEqualTo(StoreAnswer.BUSY);
            assertThatThrownBy(() -> get(store.service().streams(null)))
                    .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.UNAVAILABLE));
            Awaitility.await().atMost(PATIENCE).until(() -> !store.health().ready());
            server.startAgain();

            sendAll(store, 51, 100);
            Awaitility.await().atMost(PATIENCE).until(() -> store.health().ready());
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(
                                    rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                            .hasSize(100)
                            .doesNotHaveDuplicates());
        }
    }

    @Test
    void readsAreRefusedAtOnceWhileTheDatabaseIsAwayAndGoOnWhenItIsBack() {
        try (TestServer server = TestServer.start();
                TestDatabase database = server.database();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            sendAll(store, 1, 10);
            server.stop();
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> get(store.service().streams(null)))
                        .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.UNAVAILABLE));
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            store.metrics().get("sinal.store.breaker").gauge().value() == 2);
            // The half-open try fails as well, so that the rest has grown when the server comes back.
            Awaitility.await().atMost(PATIENCE).until(() -> {
                assertThatThrownBy(() -> get(store.service().streams(null)))
                        .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.UNAVAILABLE));
                return store.metrics().get("sinal.store.breaker.opened").gauge().value() >= 2;
            });

            server.startAgain();

            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> get(store.service().streams(null)).size() == 1);
            assertThat(store.metrics().get("sinal.store.breaker").gauge().value())
                    .isZero();
            sendAll(store, 11, 20);
        }
    }

    @Test
    void aStoreStartedBeforeItsDatabaseWaitsForIt() {
        try (TestServer server = TestServer.start();
                TestDatabase database = server.database()) {
            server.stop();
            try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
                assertThat(store.health().ready()).isFalse();
                assertThat(get(store.send(EPOCH, chunk("s1", 9, 1, 10))).status())
                        .isEqualTo(StoreAnswer.BUSY);
                assertThatThrownBy(() -> get(store.open(ReadQuery.range("agent", List.of(), null, null, null))))
                        .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.UNAVAILABLE));
                server.startAgain();

                Awaitility.await().atMost(PATIENCE).until(() -> store.health().ready());
                sendAll(store, 1, 10);
            }
        }
    }

    @Test
    void aServerThatForgetsIsRefusedUnlessAllowed() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh()) {
            String name = database.uri().substring(database.uri().lastIndexOf('/') + 1);
            run(database, "ALTER DATABASE " + name + " SET synchronous_commit = off");

            assertThatThrownBy(() -> new StoreUnderTest(database.uri(), Map.of()))
                    .hasMessageContaining("synchronous_commit is off")
                    .hasMessageContaining("database.unsafe");
            try (StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of("database.unsafe", "true"))) {
                assertThat(store.health().ready()).isTrue();
                assertThat(store.health().statuses().get("telemetry-store").detail())
                        .contains("synchronous_commit is off");
            }
        }
    }

    @Test
    void twoStoresMakeTheSameDaysAtOnce() {
        Vertx vertx = Vertx.vertx();
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest one = new StoreUnderTest(database.uri(), Map.of());
                StoreUnderTest two = new StoreUnderTest(vertx, database.uri())) {
            List<Future<StoreAnswer>> answers = new ArrayList<>();
            for (int day = 0; day < 12; day++) {
                long start = Samples.START + day * 86_400_000_000_000L;
                answers.add(one.send(day("one", day), chunk("one", 100 + day, 1, 5, start, Samples.STEP)));
                answers.add(two.send(day("two", day), chunk("two", 100 + day, 1, 5, start, Samples.STEP)));
            }

            assertThat(answers).allSatisfy(answer -> assertThat(get(answer)).isEqualTo(StoreAnswer.acked(5)));
            assertThat(rows(one.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                    .hasSize(12 * 2 * 5)
                    .doesNotHaveDuplicates();
        } finally {
            get(vertx.close());
        }
    }

    @Test
    void samplesOfTooManyDaysAreSetAside() {
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of("store.maxPartitions", "8"))) {
            List<String> statuses = new ArrayList<>();
            for (int day = 0; day < 8; day++) {
                long start = Samples.START + day * 86_400_000_000_000L;
                statuses.add(get(store.send(day("one", day), chunk("one", 100 + day, 1, 5, start, Samples.STEP)))
                        .status());
            }

            // today and tomorrow have theirs already
            assertThat(statuses.subList(0, 6)).containsOnly(StoreAnswer.ACKED);
            assertThat(statuses.subList(6, 8)).containsOnly(StoreAnswer.REJECTED);
        }
    }

    private static ChunkEnvelope day(String stream, int day) {
        return envelope(Samples.stream("agent", stream, "a"), 100 + day, 1);
    }

    /** As a collector does: again until it is acknowledged. */
    private static void sendAll(StoreUnderTest store, long from, long to) {
        for (long seq = from; seq <= to; seq += 10) {
            byte[] chunk = chunk("s1", 9, seq, seq + 9);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> get(store.send(EPOCH, chunk)).status().equals(StoreAnswer.ACKED));
        }
    }

    private static void run(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
