package dev.sinal.agents;

import static dev.sinal.agents.AgentsHarness.eeg;
import static dev.sinal.agents.AgentsHarness.external;
import static dev.sinal.agents.AgentsHarness.failure;
import static dev.sinal.agents.AgentsHarness.says;
import static dev.sinal.agents.AgentsHarness.start;
import static dev.sinal.agents.AgentsHarness.stop;
import static dev.sinal.testkit.TestBus.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StartReport;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.TcpRelay;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Databases that come late or go, restarts, two managers at once. */
class AgentManagerFaultsIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private TestDatabase database;
    private AgentsHarness harness;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
    }

    @AfterEach
    void close() {
        harness.close();
        database.close();
    }

    @Test
    void itStartsWithoutADatabaseAndServesWhenThatComes() {
        try (TcpRelay relay = TcpRelay.shut(databasePort())) {
            harness = new AgentsHarness(BusKind.LOCAL, through(relay)).startManager();

            assertThat(harness.ready()).isFalse();
            assertThat(failure(harness.manager.list()).failureCode()).isEqualTo(RpcError.UNAVAILABLE.code());
            relay.open();

            await().atMost(LONG).until(() -> harness.ready());
            assertThat(await(harness.manager.list())).isEmpty();
        }
    }

    @Test
    void aDatabaseThatHangsMakesCallsFailAndItsReturnCuresThem() {
        try (TcpRelay relay = TcpRelay.open(databasePort())) {
            harness = new AgentsHarness(BusKind.LOCAL, through(relay)).startManager();
            await().atMost(LONG).until(() -> harness.ready());
            await(harness.manager.start(start("a", external(), 0)));

            relay.hang();
            assertThat(failure(harness.manager.status("a")).failureCode()).isEqualTo(RpcError.UNAVAILABLE.code());
            await().atMost(LONG).until(() -> !harness.ready());
            relay.goOn();

            await().atMost(LONG).until(() -> harness.ready());
            assertThat(await(harness.manager.status("a")).state()).isEqualTo("running");
        }
    }

    @Test
    void aDatabaseThatBreaksIsFoundAgain() {
        try (TcpRelay relay = TcpRelay.open(databasePort())) {
            harness = new AgentsHarness(BusKind.LOCAL, through(relay)).startManager();
            await().atMost(LONG).until(() -> harness.ready());
            await(harness.manager.start(start("a", external(), 0)));

            relay.shut();
            assertThat(failure(harness.manager.status("a")).failureCode()).isEqualTo(RpcError.UNAVAILABLE.code());
            relay.open();

            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> await(harness.manager.status("a")).state().equals("running"));
        }
    }

    @Test
    void aRestartKnowsWhatWasWantedAndReached() {
        harness = new AgentsHarness(BusKind.LOCAL, database.uri()).startManager();
        await().until(() -> harness.ready());
        harness.run("a");
        var before = await(harness.manager.status("a"));

        harness.stopManagers();
        harness.startManager();
        await().until(() -> harness.ready());

        assertThat(await(harness.manager.status("a"))).isEqualTo(before);
    }

    @Test
    void twoManagersServeOneTruth() {
        harness =
                new AgentsHarness(BusKind.LOCAL, database.uri()).startManager().startManager();
        await().until(() -> harness.ready());

        // Start and report go to the managers in turn, so that one waits for what the other hears.
        List<Future<StartReport>> started = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            started.add(harness.manager.start(start("agent" + i, eeg(), 60)));
        }
        for (int i = 0; i < 6; i++) {
            int number = i;
            await().until(() -> harness.changed.contains("agent" + number));
            await(harness.manager.report(says("agent" + i, 1, "running", 0)));
        }

        assertThat(started)
                .allSatisfy(future -> assertThat(await(future).ready()).isTrue());
    }

    @Test
    void oneOfManyEqualStartsCreatesTheAgent() throws SQLException {
        harness =
                new AgentsHarness(BusKind.LOCAL, database.uri()).startManager().startManager();
        await().until(() -> harness.ready());

        List<Future<StartReport>> started = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            started.add(harness.manager.start(start("same", external(), 0)));
        }
        started.forEach(future -> assertThat(await(future).ready()).isTrue());

        assertThat(await(harness.manager.status("same")).generation()).isEqualTo(1);
        assertThat(count("SELECT count(*) FROM agents.audit WHERE agent_id = 'same'"))
                .isEqualTo(1);
    }

    @Test
    void commandsAndReportsThatRaceLoseNoStep() throws SQLException {
        harness =
                new AgentsHarness(BusKind.LOCAL, database.uri()).startManager().startManager();
        await().until(() -> harness.ready());
        harness.run("contested");

        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(harness.manager.stop(stop("contested", 0)));
            calls.add(harness.manager.report(says("contested", 1, "running", i)));
            calls.add(harness.manager.start(start("contested", null, 0)));
        }
        calls.forEach(call -> await(call.otherwiseEmpty()));

        // One audit row for every generation there ever was: no command was lost, none was done twice.
        long generation = await(harness.manager.status("contested")).generation();
        assertThat(count("SELECT count(DISTINCT generation) FROM agents.audit WHERE agent_id = 'contested'"))
                .isEqualTo(generation)
                .isEqualTo(count("SELECT count(*) FROM agents.audit WHERE agent_id = 'contested'"));
    }

    @Test
    void anEmptyPipelineIsNone() {
        harness = new AgentsHarness(BusKind.LOCAL, database.uri()).startManager();
        await().until(() -> harness.ready());
        await(harness.manager.start(start("a", eeg(), 0)));
        AgentSpec same = AgentSpec.fromJson(eeg().toJson()
                .put(
                        "streams",
                        new JsonArray()
                                .add(eeg().toJson()
                                        .getJsonArray("streams")
                                        .getJsonObject(0)
                                        .put("pipeline", new JsonArray()))));
        await(harness.manager.start(start("a", same, 0)));

        assertThat(await(harness.manager.status("a")).generation()).isEqualTo(1);
    }

    @Test
    void theAuditOnlyGrows() throws SQLException {
        harness = new AgentsHarness(BusKind.LOCAL, database.uri()).startManager();
        await().until(() -> harness.ready());
        await(harness.manager.start(start("a", external(), 0)));
        await(harness.manager.remove("a", "bob"));

        assertThat(count("SELECT count(*) FROM agents.audit WHERE action = 'created' AND author = 'ann'"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) FROM agents.audit WHERE action = 'removed' AND author = 'bob'"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) FROM agents.agents")).isZero();
        assertThatThrownBy(() -> count("WITH gone AS (DELETE FROM agents.audit RETURNING 1) SELECT count(*) FROM gone"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("append only");
    }

    @Test
    void logRowsWaitForTheStore() {
        harness = new AgentsHarness(BusKind.LOCAL, database.uri()).startManager();
        await().until(() -> harness.ready());
        harness.store.failure = RpcError.UNAVAILABLE;
        await(harness.manager.start(start("a", external(), 0)));
        await().until(() -> harness.store.calls > 0);
        harness.store.failure = null;

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(harness.store.written).hasSize(1));
    }

    private int databasePort() {
        return URI.create(database.uri()).getPort();
    }

    private String through(TcpRelay relay) {
        return database.uri().replace(":" + databasePort() + "/", ":" + relay.port() + "/");
    }

    private long count(String sql) throws SQLException {
        URI uri = URI.create(database.uri());
        String[] login = uri.getUserInfo().split(":", 2);
        String jdbc = "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
        try (Connection connection = DriverManager.getConnection(jdbc, login[0], login[1]);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
