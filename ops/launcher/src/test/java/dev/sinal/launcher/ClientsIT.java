package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.Chunks;
import dev.sinal.launcher.ClientProcess.Language;
import dev.sinal.testkit.TcpRelay;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.SinalProcess;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients for other languages while their connections are cut and the gateway is killed under them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientsIT {
    private static final int SAMPLES = 2_500;
    private static final int RATE_HZ = 250;
    private static final int STEP = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private TestDatabase database;
    private Cluster cluster;

    @BeforeAll
    void start() throws Exception {
        database = TestDatabase.fresh();
        cluster = Cluster.prepare(folder, database.uri(), 2, "256m");
        cluster.start("back", "telemetry-store", "agent-manager");
        cluster.start("gateway", "api-gateway");
        cluster.node("back").awaitReady();
        cluster.node("gateway").awaitReady();
    }

    @AfterAll
    void stop() {
        cluster.close();
        database.close();
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void whateverBreaksEverySampleIsStoredOnceAndShownOnce(Language language) throws Exception {
        language.require();
        String id = "pushed-by-" + language.name().toLowerCase(Locale.ROOT);
        make(id);
        try (TcpRelay toAgent = TcpRelay.open(gatewayPort());
                TcpRelay toReader = TcpRelay.open(gatewayPort());
                ClientProcess reader = run(language, "live", cluster.token(), toReader, id)) {
            await("the reader is connected").until(() -> reader.said().contains("connected"));
            try (ClientProcess agent = run(
                    language,
                    "agent",
                    cluster.token(),
                    toAgent,
                    id,
                    "--source",
                    "numbers",
                    "--rate",
                    Integer.toString(RATE_HZ),
                    "--count",
                    Integer.toString(SAMPLES),
                    "--every",
                    "0.1")) {
                awaitStored(id, STEP);

                toReader.shut();
                awaitStored(id, stored(id) + STEP);
                toReader.open();

                toAgent.swallowAnswers();
                awaitStandstill(id); // the last batch is committed, and the agent does not know
                cluster.node("gateway").kill();
                toAgent.shut();
                toReader.shut();
                cluster.again("gateway").awaitReady();
                reopen(toAgent);
                reopen(toReader);

                assertThat(agent.awaitEnd()).as(agent.said()).isZero();
                assertThat(agent.said()).contains("not stored yet").contains(SAMPLES + " samples stored");
            }
            await("the reader shows the last sample")
                    .until(() -> numbers(reader.lines()).contains((long) SAMPLES));

            assertThat(numbers(history(id))).as("stored").containsExactlyElementsOf(upTo(SAMPLES));
            assertThat(numbers(reader.lines()))
                    .as("shown; the reader said:\n" + reader.said())
                    .containsExactlyElementsOf(upTo(SAMPLES));
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void theStoredBlocksOfAHistoryAreReadBitForBit(Language language) throws Exception {
        language.require();
        String id = "blocks-for-" + language.name().toLowerCase(Locale.ROOT);
        make(id);
        client().post("/telemetry", """
                {"type":"telemetry_chunk","timestamp":"2025-05-08T12:00:00Z","payload":{"agent_id":"%s","stream":"main",
                 "t0":"2025-05-08T12:00:00.123456789Z","rate":250,"channels":["a","n","word"],
                 "values":[[36.6,-0.0,4.9e-324,1.7976931348623157e308],[9223372036854775807,-9223372036854775808,null,0],
                 ["żółć","",null,"\\ud83d\\ude00"]]}}""".formatted(id));
        client().post("/telemetry", """
                {"type":"telemetry_update","timestamp":"2025-05-08T12:01:00Z",
                 "payload":{"agent_id":"%s","stream":"main","metrics":{"a":0.1,"n":7,"word":"late"}}}""".formatted(id));
        String path = "/telemetry/history?agent_id=" + id;
        HttpResponse<byte[]> answer = client().http()
                .send(
                        client().request(path)
                                .header("Accept", "application/vnd.sinal.chunk")
                                .GET()
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        List<String> expected = new ArrayList<>(ChunkText.header(3).lines().toList());
        for (byte[] chunk : Chunks.split(answer.body())) {
            expected.addAll(ChunkText.rows(ChunkDecoder.decode(chunk)).lines().toList());
        }
        assertThat(expected).hasSize(1 + 5);

        try (ClientProcess reader = ClientProcess.start(
                folder, language, "chunks", cluster.token(), client().url() + path, "--csv", "--bits")) {
            assertThat(reader.awaitEnd()).as(reader.said()).isZero();
            assertThat(reader.lines()).containsExactlyElementsOf(expected);
        }
        try (ClientProcess refused =
                ClientProcess.start(folder, language, "chunks", "no token", client().url() + path)) {
            assertThat(refused.awaitEnd()).isEqualTo(1);
            assertThat(refused.said()).contains("chunks: refused").contains("401");
        }
    }

    @Test
    void theCommandLineAsksTheGateway() throws Exception {
        Map<String, String> environment = Map.of("SINAL_URL", client().url(), "SINAL_TOKEN", cluster.token());

        assertThat(SinalProcess.run(environment, "nodes")).startsWith("NODE").contains("AGENTS");
        assertThatThrownBy(() -> SinalProcess.run(environment, "drain", "nowhere"))
                .hasMessageContaining("ended with 1");
    }

    private void make(String agentId) throws Exception {
        client().post(
                        "/agents/start",
                        new JsonObject()
                                .put("agent_id", agentId)
                                .put("spec", new JsonObject().put("kind", "external"))
                                .encode());
    }

    private ClientProcess run(
            Language language, String program, String token, TcpRelay way, String agentId, String... more)
            throws Exception {
        List<String> options = new ArrayList<>(List.of("--url", "http://127.0.0.1:" + way.port(), "--agent", agentId));
        options.addAll(List.of(more));
        return ClientProcess.start(folder, language, program, token, options.toArray(String[]::new));
    }

    /** The metric n of each row, in order. */
    private static List<Long> numbers(List<String> rows) {
        return rows.stream()
                .map(row -> new JsonObject(row).getJsonObject("metrics").getLong("n"))
                .toList();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private List<String> history(String agentId) throws Exception {
        HttpResponse<String> answer = client().http()
                .send(
                        client().request("/telemetry/history?agent_id=" + agentId)
                                .header("Accept", "application/x-ndjson")
                                .GET()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().lines().toList();
    }

    private void awaitStored(String agentId, long atLeast) {
        await(atLeast + " samples of " + agentId + " are stored").until(() -> stored(agentId) >= atLeast);
    }

    private void awaitStandstill(String agentId) {
        AtomicLong before = new AtomicLong();
        await("the agent waits for an answer").during(1, TimeUnit.SECONDS).until(() -> {
            long now = stored(agentId);
            return before.getAndSet(now) == now;
        });
    }

    /** Straight from the gateway: the relays are for the clients. */
    private long stored(String agentId) throws Exception {
        return history(agentId).size();
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(100, TimeUnit.MILLISECONDS);
    }

    private SuiteClient client() {
        return cluster.client("gateway");
    }

    private int gatewayPort() {
        return URI.create(client().url()).getPort();
    }

    private void reopen(TcpRelay relay) {
        relay.target(gatewayPort());
        relay.goOn();
        relay.open();
    }
}
