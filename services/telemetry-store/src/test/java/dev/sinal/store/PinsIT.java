package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static dev.sinal.store.StoredModel.AGENT;
import static dev.sinal.store.StoredModel.SECOND;
import static dev.sinal.store.StoredModel.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.PinQuery;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PinRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may pin what, and what a pin keeps from being deleted. */
class PinsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the first sample. */
    private static final long TEN = day(0) + 36_000 * SECOND;

    private TestDatabase database;
    private StoreUnderTest store;
    private final StoredModel model = new StoredModel(() -> store);

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false"));
        model.send("one", 0, 100);
        model.send("two", 0, 100);
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @Test
    void aDeletionOfPinnedSamplesIsRefusedNamingThePinsUnlessForced() {
        get(pin("paper", "one", TEN + 10 * SECOND, TEN + 20 * SECOND));
        get(pin("thesis", null, TEN + 15 * SECOND, TEN + 30 * SECOND));

        ServiceException refused = refused(delete("one", TEN, TEN + 16 * SECOND, false));

        assertThat(refused.failureCode()).isEqualTo(RpcError.CONFLICT.code());
        assertThat(refused.getMessage()).contains("paper", "thesis", "force=true");
        assertThat(refused.getDebugInfo().getString("code")).isEqualTo("pinned");
        assertThat(refused.getDebugInfo().getJsonArray("pins")).containsExactly(named("paper"), named("thesis"));
        assertThat(refused(delete("two", TEN + 20 * SECOND, TEN + 21 * SECOND, false))
                        .getMessage())
                .contains("thesis")
                .doesNotContain("paper");
        model.check();

        assertThat(finished(delete("one", TEN, TEN + 10 * SECOND, false)).samples())
                .isEqualTo(10);
        assertThat(finished(delete("two", TEN + 30 * SECOND, null, false)).samples())
                .isEqualTo(70);
        assertThat(finished(delete("one", TEN + 10 * SECOND, TEN + 16 * SECOND, true))
                        .samples())
                .isEqualTo(6);
        get(model.service().unpinData("thesis", "tester"));
        assertThat(finished(delete("two", TEN, TEN + 30 * SECOND, false)).samples())
                .isEqualTo(30);
    }

    @Test
    void onePinIsMadeHoweverOftenItIsAsked() {
        PinRecord first = get(pin("paper", "one", TEN, null));

        assertThat(get(pin("paper", "one", TEN, null))).isEqualTo(first);
        assertThat(refused(pin("paper", "two", TEN, null)).failureCode()).isEqualTo(RpcError.CONFLICT.code());
        assertThat(get(model.service().pins(new PinQuery(null, null, 10)))).containsExactly(first);
        assertThat(get(model.service().pins(new PinQuery("another", null, 10)))).isEmpty();
        PinRecord second = get(pin(null, "one", TEN, null));
        assertThat(second.id()).isNotEmpty();
        assertThat(get(model.service().pins(new PinQuery(AGENT, null, 1)))).containsExactly(second);

        get(model.service().unpinData("paper", "tester"));
        assertThat(refused(model.service().unpinData("paper", "tester")).failureCode())
                .isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(get(model.service().logs(new LogQuery(AGENT, null, "pin", null, null, null, 100))).stream()
                        .map(LogEntry::message))
                .containsExactlyInAnyOrder(
                        "data pinned by tester: a study", "data pinned by tester: a study", "pin removed by tester");
    }

    @Test
    void whatCannotBePinnedIsRefusedWithItsField() {
        assertThat(wrong(pin("", "one", TEN, null))).isEqualTo("id");
        assertThat(wrong(pin("x".repeat(129), "one", TEN, null))).isEqualTo("id");
        assertThat(wrong(pin("a", "oen", TEN, null))).isEqualTo("stream");
        assertThat(wrong(pin("a", "one", TEN, TEN))).isEqualTo("end_date");
        assertThat(wrong(pin("a", "one", null, null))).isEqualTo("start_date");
        assertThat(wrong(model.service().pinData(new PinRequest("a", AGENT, "one", TEN, null, false, " ", "tester"))))
                .isEqualTo("reason");
        assertThat(wrong(model.service()
                        .pinData(new PinRequest("a", AGENT, "one", TEN, null, false, "x".repeat(501), "tester"))))
                .isEqualTo("reason");
        assertThat(get(model.service().pins(new PinQuery(null, null, 10)))).isEmpty();
    }

    @Test
    void thereIsAMostOfPins() throws SQLException {
        run("INSERT INTO telemetry.pins (id, agent_id, first_day, last_day, reason, created_by, created_at)"
                + " SELECT 'p' || g, 'agent', 0, 0, 'r', 't', 0 FROM generate_series(1, 1000) g");

        ServiceException refused = refused(pin("more", "one", TEN, null));

        assertThat(refused.failureCode()).isEqualTo(RpcError.CONFLICT.code());
        assertThat(refused.getDebugInfo().getInteger("limit")).isEqualTo(1_000);
        get(model.service().unpinData("p1", "tester"));
        get(pin("more", "one", TEN, null));
        assertThat(get(model.service().pins(new PinQuery(AGENT, null, 1_000)))).hasSize(1_000);
    }

    @Test
    void whatIsBeingDeletedCannotBePinned() throws SQLException {
        DeletionRecord deletion = finished(delete("one", TEN, TEN + SECOND, false));
        run("UPDATE telemetry.deletions SET finished_at = NULL WHERE id = '" + deletion.id() + "'");

        ServiceException refused = refused(pin("late", "one", TEN, TEN + SECOND));

        assertThat(refused.failureCode()).isEqualTo(RpcError.CONFLICT.code());
        assertThat(refused.getDebugInfo().getString("deletion")).isEqualTo(deletion.id());
        get(pin("other", "two", TEN, TEN + SECOND));
        get(pin("after", "one", TEN + SECOND, null));
    }

    private Future<PinRecord> pin(
            @Nullable String id, @Nullable String stream, @Nullable Long from, @Nullable Long to) {
        return model.service().pinData(new PinRequest(id, AGENT, stream, from, to, false, "a study", "tester"));
    }

    private Future<DeletionRecord> delete(String stream, @Nullable Long from, @Nullable Long to, boolean force) {
        return model.service().deleteData(new DeletionRequest(AGENT, stream, from, to, false, false, force, "tester"));
    }

    private DeletionRecord finished(Future<DeletionRecord> deletion) {
        String id = get(deletion).id();
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> get(model.service().deletions(new DeletionQuery(null, id, 1)))
                                .get(0),
                        record -> record.state().equals(DeletionRecord.FINISHED));
    }

    private static JsonObject named(String id) {
        return new JsonObject().put("id", id).put("reason", "a study");
    }

    private static ServiceException refused(Future<?> future) {
        ServiceException failure = catchThrowableOfType(ServiceException.class, () -> get(future));
        assertThat(failure).isNotNull();
        return failure;
    }

    private static String wrong(Future<?> future) {
        ServiceException failure = refused(future);
        assertThat(failure.failureCode()).isEqualTo(RpcError.INVALID_PARAMS.code());
        List<JsonObject> errors = failure.getDebugInfo().getJsonArray("errors").stream()
                .map(JsonObject.class::cast)
                .toList();
        return errors.get(0).getString("pointer");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
