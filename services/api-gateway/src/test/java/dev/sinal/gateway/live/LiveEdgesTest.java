package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.StreamDescriptor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the live doors do with too much, too many and too late. */
class LiveEdgesTest {
    private static final StreamDescriptor EEG = Suite.eeg("headset", 2);

    private static LiveLimits limits(int most, int perSubject, int perAddress, int perSecond, int burst) {
        return LiveLimits.defaults(new LiveLimits.Connections(most, perSubject, perAddress, perSecond, burst));
    }

    private static MultiMap bearer(String token) {
        return MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + token);
    }

    private static UpgradeRejectedException refused(LiveServer server) {
        UpgradeRejectedException refused = refusedOrNull(server);
        assertThat(refused).isNotNull();
        return refused;
    }

    private static @Nullable UpgradeRejectedException refusedOrNull(LiveServer server) {
        Throwable failure = server.tryConnect("/ws", bearer("viewer"))
                .<Throwable>transform(done -> Future.succeededFuture(done.cause()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return failure instanceof UpgradeRejectedException refused ? refused : null;
    }

    @Test
    void aFrameBeyond64KibIsTooBig() {
        try (LiveServer server = new LiveServer()) {
            LiveClient client = server.viewer();
            client.socket().writeFinalTextFrame("\"" + "x".repeat(70_000) + "\"");
            assertThat(client.awaitClose()).isEqualTo(1009);
        }
    }

    @Test
    void aMessageBeyond256KibIsTooBig() {
        try (LiveServer server = new LiveServer()) {
            LiveClient client = server.viewer();
            client.socket().writeTextMessage("\"" + "x".repeat(300_000) + "\"");
            assertThat(client.awaitClose()).isEqualTo(1009);
        }
    }

    @Test
    void oneAddressHasSoManyConnections() {
        try (LiveServer server = new LiveServer(limits(100, 100, 3, 100, 100))) {
            List<LiveClient> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(server.viewer());
            }
            UpgradeRejectedException fourth = refused(server);
            assertThat(fourth.getStatus()).isEqualTo(429);
            assertThat(Integer.parseInt(fourth.getHeaders().get("Retry-After"))).isBetween(1, 5);

            LiveServer.get(open.get(0).socket().close());
            await().until(() -> server.metrics
                            .get("sinal.live.viewers")
                            .tag("kind", "websocket")
                            .gauge()
                            .value()
                    == 2);
            assertThat(server.viewer().open()).isTrue();
        }
    }

    @Test
    void oneSubjectHasSoManyConnections() {
        try (LiveServer server = new LiveServer(limits(100, 2, 100, 100, 100))) {
            server.viewer();
            server.viewer();
            LiveClient third = server.connect();
            third.send("{\"method\":\"authenticate\",\"params\":{\"token\":\"viewer\"},\"id\":1}");
            assertThat(third.awaitClose()).isEqualTo(4429);
        }
    }

    @Test
    void aFullHouseIsUnavailable() {
        try (LiveServer server = new LiveServer(limits(1, 100, 100, 100, 100))) {
            server.viewer();
            assertThat(refused(server).getStatus()).isEqualTo(503);
        }
    }

    @Test
    void soManyMayArriveAtOnce() {
        try (LiveServer server = new LiveServer(limits(100, 100, 100, 1, 3))) {
            for (int i = 0; i < 3; i++) {
                server.viewer();
            }
            List<String> waits = new ArrayList<>();
            await().until(() -> {
                UpgradeRejectedException refused = refusedOrNull(server);
                if (refused != null) {
                    assertThat(refused.getStatus()).isEqualTo(503);
                    waits.add(refused.getHeaders().get("Retry-After"));
                }
                return Set.copyOf(waits).size() >= 2; // spread at random
            });
        }
    }

    @Test
    void twoThousandWhoComeBackAtOnceAllGetInWithoutAStampede() {
        try (LiveServer server = new LiveServer(limits(2_500, 2_500, 2_500, 500, 500))) {
            WebSocketClient crowd =
                    server.vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(2_500));
            AtomicInteger in = new AtomicInteger();
            for (int i = 0; i < 2_000; i++) {
                comeBack(server, crowd, in);
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> in.get() == 2_000);

            assertThat(server.viewer().call("ping", new JsonObject()).containsKey("result"))
                    .isTrue();
        }
    }

    private static void comeBack(LiveServer server, WebSocketClient crowd, AtomicInteger in) {
        crowd.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.port)
                        .setURI("/ws")
                        .setHeaders(bearer("viewer")))
                .onSuccess(socket -> in.incrementAndGet())
                .onFailure(failure -> {
                    long seconds = failure instanceof UpgradeRejectedException refused
                            ? Long.parseLong(refused.getHeaders().get("Retry-After"))
                            : 1;
                    server.vertx.setTimer(seconds * 1_000, timer -> comeBack(server, crowd, in));
                });
    }

    @Test
    void aGatewayThatStopsSaysWhenToComeBack() {
        try (LiveServer server = new LiveServer()) {
            List<LiveClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(server.viewer());
            }
            Reading events = Reading.Way.EVENTS.open(server, new JsonObject(), null);

            server.stopRoutes();

            Set<Integer> waits = new HashSet<>();
            for (LiveClient client : clients) {
                assertThat(client.awaitClose()).isEqualTo(1012);
                JsonObject closing = client.first(m -> "closing".equals(m.getString("method")))
                        .getJsonObject("params");
                assertThat(closing.getInteger("code")).isEqualTo(1012);
                waits.add(closing.getInteger("retry_after_ms"));
            }
            assertThat(waits).hasSizeGreaterThan(1).allMatch(ms -> ms >= 500 && ms <= 1_500);
            await().until(() -> events.retries().size() == 2);
        }
    }

    @Test
    void namesThatNobodyHasAreTold() {
        try (LiveServer server = new LiveServer()) {
            server.suite.know(EEG);
            JsonObject wanted = new JsonObject()
                    .put("agent_id", "headset")
                    .put("streams", new JsonArray().add("eeg").add("egg"))
                    .put("metrics", new JsonArray().add("ch1").add("ch22"));
            JsonArray unknown = server.viewer().subscribe(wanted).getJsonArray("unknown");

            assertThat(unknown.encode())
                    .isEqualTo("[{\"name\":\"egg\",\"kind\":\"stream\",\"near_matches\":[\"eeg\"]},"
                            + "{\"name\":\"ch22\",\"kind\":\"metric\",\"near_matches\":[\"ch2\",\"ch1\"]}]");
            assertThat(server.viewer()
                            .subscribe(new JsonObject().put("agent_id", "headset"))
                            .getJsonArray("unknown"))
                    .isEmpty();
        }
    }

    @Test
    void whoRenewsTheTokenStaysAndWhoDoesNotComesBackWithoutAHole() {
        try (LiveServer server = new LiveServer(LiveLimits.defaults().withLeeway(Duration.ofSeconds(1)))) {
            server.tokens.put("brief", LiveServer.principal("ada", 6, null));
            LiveClient renewed = server.connect();
            renewed.call("authenticate", new JsonObject().put("token", "brief"));
            renewed.subscribe(new JsonObject().put("agent_id", "headset"));
            LiveClient left = server.connect();
            left.call("authenticate", new JsonObject().put("token", "brief"));
            left.subscribe(new JsonObject().put("agent_id", "headset"));
            long[] seq = {0};
            server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, ++seq[0], 1));
            JsonObject answer = renewed.call("authenticate", new JsonObject().put("token", "viewer"));
            assertThat(answer.getJsonObject("result").getString("subject")).isEqualTo("ada");

            await().until(() -> {
                server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, ++seq[0], 1));
                return !left.open();
            });
            assertThat(left.awaitClose()).isEqualTo(4401);
            String cursor = left.texts().stream()
                    .filter(m -> "acp".equals(m.getString("method")))
                    .reduce((a, b) -> b)
                    .orElseThrow()
                    .getJsonObject("params")
                    .getString("cursor");
            server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, ++seq[0], 1));
            LiveClient back = server.viewer();
            back.subscribe(new JsonObject().put("agent_id", "headset").put("from", cursor));
            server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, ++seq[0], 1));

            List<Long> all = LongStream.rangeClosed(1, seq[0]).boxed().toList();
            await().untilAsserted(() -> {
                List<Long> both = new ArrayList<>(seqs(left));
                both.addAll(seqs(back));
                assertThat(both).isEqualTo(all);
                assertThat(seqs(renewed)).isEqualTo(all);
            });
        }
    }

    private static List<Long> seqs(LiveClient client) {
        return client.acp("telemetry_chunk").stream()
                .flatMap(chunk -> LongStream.range(
                                0, chunk.getJsonArray("timestamps").size())
                        .mapToObj(i -> chunk.getLong("seq") + i))
                .toList();
    }

    @Test
    void nobodyElsesTokenProlongsAConnection() {
        try (LiveServer server = new LiveServer()) {
            server.tokens.put("other", LiveServer.principal("eve", 3_600, null));
            LiveClient client = server.viewer();
            assertThat(client.call("authenticate", new JsonObject().put("token", "other"))
                            .getJsonObject("error")
                            .getInteger("code"))
                    .isEqualTo(-32003);
            assertThat(client.awaitClose()).isEqualTo(4401);
        }
    }
}
