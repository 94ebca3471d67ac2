package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.gateway.telemetry.LiveCursor;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveSocketTest {
    private static final StreamDescriptor EEG = Suite.eeg("headset", 2);
    private LiveServer server;

    @BeforeEach
    void start() {
        server = new LiveServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static JsonObject headset() {
        return new JsonObject().put("agent_id", "headset");
    }

    @Test
    void aSubscriberGetsColumnsOfEveryFrame() {
        LiveClient client = server.viewer();
        int subscription = client.subscribe(headset()).getInteger("subscription");

        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 2));

        JsonObject chunk = client.awaitAcp("telemetry_chunk", 1).get(0);
        assertThat(chunk.getString("agent_id")).isEqualTo("headset");
        assertThat(chunk.getString("stream")).isEqualTo("eeg");
        assertThat(chunk.getLong("epoch")).isEqualTo(Suite.EPOCH);
        assertThat(chunk.getLong("seq")).isEqualTo(1);
        assertThat(chunk.getJsonArray("channels")).containsExactly("ch1", "ch2");
        assertThat(chunk.getJsonArray("timestamps").getString(0)).isEqualTo("2026-01-02T03:04:05.004000000Z");
        assertThat(chunk.getJsonArray("values").encode()).isEqualTo("[[100.5,200.5],[101.5,201.5]]");
        assertThat(client.first(m -> "acp".equals(m.getString("method")))
                        .getJsonObject("params")
                        .getInteger("subscription"))
                .isEqualTo(subscription);
    }

    @Test
    void metricsAndStreamsAreFiltered() {
        StreamDescriptor ecg = Suite.stream("headset", "ecg", "float32", 500, ChannelDescriptor.plain("lead"));
        LiveClient client = server.viewer();
        client.subscribe(headset().put("metrics", new JsonArray().add("eeg/ch2")));
        LiveClient other = server.viewer();
        other.subscribe(headset().put("streams", new JsonArray().add("ecg")));

        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 1));
        server.suite.publish(ecg, Suite.block(ecg, Suite.EPOCH, 1, 1));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 2, 1));

        List<JsonObject> chunks = client.awaitAcp("telemetry_chunk", 2);
        assertThat(chunks)
                .allSatisfy(chunk -> assertThat(chunk.getJsonArray("channels")).containsExactly("ch2"));
        assertThat(other.awaitAcp("telemetry_chunk", 1))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.getString("stream")).isEqualTo("ecg"));
    }

    @Test
    void decimateKeepsEveryFifthSampleHoweverFramesAreCut() {
        LiveClient client = server.viewer();
        client.subscribe(headset().put("mode", "decimate").put("max_hz", 50));

        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 7));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 8, 9));

        List<JsonObject> chunks = client.awaitAcp("telemetry_chunk", 2);
        assertThat(chunks.get(0).getJsonArray("values").getJsonArray(0).encode())
                .isEqualTo("[100.5,600.5]");
        assertThat(chunks.get(1).getJsonArray("values").getJsonArray(0).encode())
                .isEqualTo("[1100.5,1600.5]");
        assertThat(chunks.get(1).getInteger("seq_step")).isEqualTo(5);
    }

    @Test
    void latestSendsTheNewestSampleOnly() {
        LiveClient client = server.viewer();
        client.subscribe(headset().put("mode", "latest").put("max_hz", 2));

        for (int i = 0; i < 10; i++) {
            server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1 + i * 5, 5));
        }

        await().until(() -> client.acp("telemetry_chunk").stream().anyMatch(chunk -> chunk.getLong("seq") == 50));
        // One, unless half a second went by between two of the ten.
        assertThat(client.acp("telemetry_chunk")).allSatisfy(chunk -> {
            assertThat(chunk.getJsonArray("timestamps")).hasSize(1);
            assertThat(chunk.getLong("seq") % 5)
                    .as("the newest of what had come")
                    .isZero();
        });
        assertThat(client.acp("telemetry_chunk")).hasSizeLessThan(10);
    }

    @Test
    void binaryHoldsTheSameNumbersAsJson() {
        LiveClient json = server.viewer();
        json.subscribe(headset().put("time_format", "unix_ns"));
        LiveClient binary = server.viewer();
        JsonObject answer = binary.subscribe(headset().put("format", "binary"));

        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 13));

        await().until(() -> !binary.binaries().isEmpty());
        BinaryFrame frame = BinaryFrame.read(binary.binaries().get(0));
        JsonObject chunk = json.awaitAcp("telemetry_chunk", 1).get(0);
        assertThat(frame.subscription()).isEqualTo(answer.getInteger("subscription"));
        assertThat(frame.epoch()).isEqualTo(chunk.getLong("epoch"));
        assertThat(frame.seq()).isEqualTo(chunk.getLong("seq"));
        assertThat(frame.values()).isEqualTo(doubles(chunk.getJsonArray("values")));
        assertThat(frame.timestamps())
                .isEqualTo(chunk.getJsonArray("timestamps").getList());
        JsonObject described = binary.first(m -> "stream".equals(m.getString("method")))
                .getJsonObject("params")
                .getJsonObject("stream");
        assertThat(described.getInteger("index")).isEqualTo(frame.stream());
        assertThat(described.getJsonArray("channels").getJsonObject(1).getString("metric"))
                .isEqualTo("ch2");
    }

    @Test
    void textsGoOutAsJsonAlsoToBinaryReaders() {
        StreamDescriptor markers = Suite.stream("headset", "events", "string", 0, ChannelDescriptor.plain("marker"));
        LiveClient client = server.viewer();
        client.subscribe(headset().put("format", "binary"));

        server.suite.publish(markers, Suite.marker(markers, 1, "<script>alert(1)</script>"));

        assertThat(client.awaitAcp("telemetry_chunk", 1)
                        .get(0)
                        .getJsonArray("values")
                        .encode())
                .isEqualTo("[[\"<script>alert(1)</script>\"]]");
    }

    @Test
    void aFrameIsEncodedOnceForAllWhoWatchTheSame() {
        List<LiveClient> clients =
                IntStream.range(0, 8).mapToObj(i -> server.viewer()).toList();
        for (LiveClient client : clients) {
            client.subscribe(headset());
        }
        for (int i = 0; i < 10; i++) {
            server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1 + i, 1));
        }

        for (LiveClient client : clients) {
            client.awaitAcp("telemetry_chunk", 10);
        }
        assertThat(server.count("sinal.live.encoded")).isEqualTo(10);
        assertThat(server.count("sinal.live.frames")).isEqualTo(10);
        assertThat(server.count("sinal.live.sent")).isGreaterThanOrEqualTo(80);
    }

    @Test
    void repeatsAreLeftOutAndHolesAreTold() {
        LiveClient client = server.viewer();
        client.subscribe(headset());

        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 4));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 3, 4)); // 3 and 4 again
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 9, 1)); // 7 and 8 never came
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH - 1, 50, 1)); // a collector that was replaced

        List<JsonObject> chunks = client.awaitAcp("telemetry_chunk", 3);
        assertThat(chunks).extracting(chunk -> chunk.getLong("seq")).containsExactly(1L, 5L, 9L);
        JsonObject gap = client.awaitAcp("stream_gap", 1).get(0);
        assertThat(gap.getString("cause")).isEqualTo("live_lane");
        assertThat(gap.getLong("estimated_samples")).isEqualTo(2);
    }

    @Test
    void eventsOfTheAgentAreForwarded() {
        LiveClient client = server.viewer();
        client.subscribe(headset());

        server.suite.event(
                "agent_status", new JsonObject().put("agent_id", "vitals").put("state", "failed"));
        server.suite.event(
                "agent_status",
                new JsonObject()
                        .put("agent_id", "headset")
                        .put("state", "degraded")
                        .put("since", Suite.T0));

        assertThat(client.awaitAcp("agent_status", 1)).singleElement().satisfies(status -> {
            assertThat(status.getString("state")).isEqualTo("degraded");
            assertThat(status.getString("since")).isEqualTo("2026-01-02T03:04:05.000000000Z");
        });
    }

    @Test
    void anUnsubscribedStreamEnds() {
        LiveClient client = server.viewer();
        int first = client.subscribe(headset()).getInteger("subscription");
        client.subscribe(headset().put("metrics", new JsonArray().add("ch1")));
        client.call("unsubscribe", new JsonObject().put("subscription", first));

        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 1));

        client.awaitAcp("telemetry_chunk", 1);
        client.call("ping", new JsonObject());
        assertThat(client.acp("telemetry_chunk"))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.getJsonArray("channels")).containsExactly("ch1"));
        assertThat(client.call("unsubscribe", new JsonObject().put("subscription", first))
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(-32004);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"method\":\"subscribe\",\"params\":{},\"id\":9}|-32602|agent_id is missing",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":7},\"id\":9}|-32602|agent_id must be a string",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"mode\":\"some\"},\"id\":9}|-32602|mode must be one of",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"max_hz\":5},\"id\":9}|-32602|max_hz needs mode",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"mode\":\"latest\",\"max_hz\":0},\"id\":9}|-32602|max_hz must be",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"streams\":[1]},\"id\":9}|-32602|streams must be",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"form\":\"json\"},\"id\":9}|-32602|unknown: form",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"from\":\"AAAA\"},\"id\":9}|-32602|is no cursor",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"from\":[{\"stream\":\"x\"}]},\"id\":9}|-32602|must be {stream",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"headset\",\"from\":\"2026-01-02T03:04:05\"},\"id\":9}|-32602|offset",
                "{\"method\":\"subscribe\",\"params\":{\"agent_id\":\"nobody\"},\"id\":9}|-32004|nobody",
                "{\"method\":\"subscribe\",\"params\":[1],\"id\":9}|-32602|params must be an object",
                "{\"method\":\"unsubscribe\",\"params\":{\"subscription\":\"x\"},\"id\":9}|-32602|whole number",
                "{\"method\":\"dance\",\"id\":9}|-32601|dance",
                "{\"params\":{},\"id\":9}|-32600|a request is",
                "{\"method\":\"ping\",\"id\":{}}|-32600|a request is",
                "{\"method\":\"ping\",\"method\":\"pong\"}|-32700|not JSON",
                "{\"method\":|-32700|not JSON",
                "[]|-32600|a batch has",
            })
    void aBadMessageIsAnsweredAndTheConnectionStays(String message, int code, String detail) {
        LiveClient client = server.viewer();

        client.send(message);

        JsonObject error = client.first(m -> m.containsKey("error")).getJsonObject("error");
        assertThat(error.getInteger("code")).isEqualTo(code);
        assertThat(error.getString("message")).contains(detail);
        assertThat(client.call("ping", new JsonObject()).getJsonObject("result").getString("time"))
                .isNotNull();
    }

    @Test
    void aBatchIsAnsweredByABatch() {
        LiveClient client = server.connect();
        client.socket()
                .textMessageHandler(text -> client.texts().add(new JsonObject().put("array", new JsonArray(text))));

        client.send(
                "[{\"method\":\"authenticate\",\"params\":{\"token\":\"viewer\"},\"id\":1},{\"method\":\"ping\",\"id\":\"b\"},{\"method\":\"ping\"}]");

        JsonArray answers = client.first(m -> m.containsKey("array")).getJsonArray("array");
        assertThat(answers)
                .extracting(answer -> ((JsonObject) answer).getValue("id"))
                .containsExactly(1, "b");
    }

    @Test
    void whoeverSendsNonsenseAgainAndAgainIsCutOff() {
        LiveClient client = server.viewer();
        for (int i = 0; i < 10; i++) {
            client.send("nonsense");
        }
        assertThat(client.awaitClose()).isEqualTo(4400);
    }

    @Test
    void aFloodOfMessagesIsCutOff() {
        LiveClient client = server.viewer();
        for (int i = 0; i < 300; i++) {
            client.send("{\"method\":\"ping\"}");
        }
        assertThat(client.awaitClose()).isEqualTo(4429);
    }

    @Test
    void binaryMessagesToTheServerAreNotUnderstood() {
        LiveClient client = server.viewer();
        client.socket().writeBinaryMessage(Buffer.buffer("x"));
        assertThat(client.awaitClose()).isEqualTo(1003);
    }

    @Test
    void fiftySubscriptionsAreTheLimit() {
        LiveClient client = server.viewer();
        for (int i = 0; i < 50; i++) {
            client.subscribe(headset().put("metrics", new JsonArray().add("m" + i)));
        }
        JsonObject error = client.call("subscribe", headset()).getJsonObject("error");
        assertThat(error.getInteger("code")).isEqualTo(-32029);
        assertThat(error.getJsonObject("data").getInteger("limit")).isEqualTo(50);
    }

    @Test
    void theFirstMessageMustBeAValidToken() {
        LiveClient silent = server.connect();
        silent.call("subscribe", headset());
        assertThat(silent.awaitClose()).isEqualTo(4401);

        LiveClient wrong = server.connect();
        assertThat(wrong.call("authenticate", new JsonObject().put("token", "guess"))
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(-32001);
        assertThat(wrong.awaitClose()).isEqualTo(4401);

        LiveClient scopeless = server.connect();
        assertThat(scopeless
                        .call("authenticate", new JsonObject().put("token", "scopeless"))
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(-32003);
        assertThat(scopeless.awaitClose()).isEqualTo(4401);
    }

    @Test
    void whoSaysNothingIsCutOff() {
        try (LiveServer hasty = new LiveServer(LiveLimits.defaults()
                .withWaits(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(10)))) {
            assertThat(hasty.connect().awaitClose()).isEqualTo(4401);
        }
    }

    @Test
    void anExpiredTokenEndsTheConnectionUnlessItIsRenewedInTime() {
        server.tokens.put("brief", LiveServer.principal("ada", 6, null));
        LiveClient renewed = server.connect();
        renewed.call("authenticate", new JsonObject().put("token", "brief"));
        renewed.call("authenticate", new JsonObject().put("token", "viewer"));
        LiveClient left = server.connect();
        left.call("authenticate", new JsonObject().put("token", "brief"));

        assertThat(left.awaitClose()).isEqualTo(4401);
        assertThat(renewed.call("ping", new JsonObject()).containsKey("result")).isTrue();
    }

    @Test
    void aTokenOfSomeAgentsSeesOnlyThose() {
        LiveClient client = server.connect();
        client.call("authenticate", new JsonObject().put("token", "restricted"));
        assertThat(client.call("subscribe", headset()).getJsonObject("error").getInteger("code"))
                .isEqualTo(-32003);
        client.subscribe(new JsonObject().put("agent_id", "vitals"));
    }

    @Test
    void aHeaderOrATicketStandsForTheFirstMessage() {
        LiveClient bearer = LiveServer.get(server.tryConnect(
                "/telemetry/live", MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer viewer")));
        bearer.subscribe(headset());

        server.tickets.put("once", LiveServer.principal("ada", 3_600, null));
        LiveClient ticket = LiveServer.get(server.tryConnect("/ws?ticket=once", MultiMap.caseInsensitiveMultiMap()));
        ticket.subscribe(headset());
        assertThatThrownBy(
                        () -> LiveServer.get(server.tryConnect("/ws?ticket=once", MultiMap.caseInsensitiveMultiMap())))
                .hasStackTraceContaining("401");
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example,false",
        "null,false",
        "https://lab.example,true",
        "https://lab.example.evil.example,false",
        "own,true"
    })
    void onlyKnownOriginsMayOpenAWebSocket(String origin, boolean allowed) {
        String sent = origin.equals("own") ? "http://127.0.0.1:" + server.port : origin;
        var connected =
                server.tryConnect("/ws", MultiMap.caseInsensitiveMultiMap().add("Origin", sent));
        if (allowed) {
            assertThat(LiveServer.get(connected).open()).isTrue();
        } else {
            assertThatThrownBy(() -> LiveServer.get(connected)).hasStackTraceContaining("403");
        }
    }

    @Test
    void aSlowReaderIsToldWhatItMissed() {
        StreamDescriptor wide = Suite.eeg("headset", 64);
        LiveClient slow = server.viewer();
        slow.subscribe(headset().put("format", "binary"));
        LiveClient quick = server.viewer();
        quick.subscribe(headset().put("format", "binary"));
        slow.socket().pause();
        int published = 0;
        while (server.count("sinal.live.drops") < 3) {
            server.suite.publish(wide, Suite.block(wide, Suite.EPOCH, 1 + 500L * published++, 500));
            int awaited = published;
            await().until(() -> quick.binaries().size() == awaited);
        }

        slow.socket().resume();

        JsonObject gap = slow.awaitAcp("stream_gap", 1).get(0);
        assertThat(gap.getString("cause")).isEqualTo("slow_reader");
        long missed = gap.getLong("estimated_samples");
        int sent = published;
        await().untilAsserted(() -> assertThat(samples(slow) + missed).isEqualTo(500L * sent));
        LiveCursor from = LiveCursor.read(gap.getString("from_cursor"), "headset", "from");
        LiveCursor to = LiveCursor.read(gap.getString("to_cursor"), "headset", "to");
        assertThat(to.streams().get(wide.id()).seq()
                        - from.streams().get(wide.id()).seq())
                .isEqualTo(missed);
        assertThat(slow.open()).isTrue();
    }

    private static long samples(LiveClient client) {
        return client.binaries().stream()
                .mapToLong(frame -> BinaryFrame.read(frame).count())
                .sum();
    }

    @Test
    void aReaderThatReadsNothingIsCutOff() {
        try (LiveServer impatient = new LiveServer(LiveLimits.defaults()
                .withWaits(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(10)))) {
            StreamDescriptor wide = Suite.eeg("headset", 64);
            LiveClient slow = impatient.viewer();
            slow.subscribe(headset());
            slow.socket().pause();
            long[] seq = {1};
            await().until(() -> {
                impatient.suite.publish(wide, Suite.block(wide, Suite.EPOCH, seq[0], 1_000));
                seq[0] += 1_000;
                return impatient
                                .metrics
                                .find("sinal.live.closes")
                                .tag("code", "4408")
                                .counter()
                        != null;
            });
            await().until(() ->
                    impatient.metrics.get("sinal.live.queue.bytes").gauge().value() == 0);
        }
    }

    @Test
    void aReaderWhoComesBackMissesNothing() {
        LiveClient first = server.viewer();
        first.subscribe(headset());
        SampleBlock seen = Suite.block(EEG, Suite.EPOCH, 1, 10);
        server.suite.publish(EEG, seen);
        String cursor = first.first(m -> "acp".equals(m.getString("method")))
                .getJsonObject("params")
                .getString("cursor");
        LiveServer.get(first.socket().close());
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 11, 10));

        LiveClient back = server.viewer();
        back.subscribe(headset().put("from", cursor));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 21, 10));

        await().untilAsserted(() -> assertThat(seqs(back)).isEqualTo(range(11, 30)));
        assertThat(back.acp("stream_gap")).isEmpty();
    }

    @Test
    void whatTheWindowDoesNotHoldComesFromHistoryAndIsWaitedFor() {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 20));
        LiveClient client = server.viewer();
        JsonObject place = new JsonObject()
                .put("stream", EEG.id())
                .put("epoch", Suite.EPOCH)
                .put("seq", 5)
                .put("timestamp", Suite.stamps(5, 1)[0]);
        client.subscribe(headset().put("from", new JsonArray().add(place)));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 31, 10)); // 21 to 30 are on their way into the database
        await().untilAsserted(() -> assertThat(seqs(client)).isEqualTo(range(6, 20)));

        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 21, 10));

        await().untilAsserted(() -> assertThat(seqs(client)).isEqualTo(range(6, 40)));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 41, 1));
        await().untilAsserted(() -> assertThat(seqs(client)).isEqualTo(range(6, 41)));
        assertThat(client.acp("stream_gap")).isEmpty();
    }

    @Test
    void whoeverComesWhileSamplesFlowGetsEachOfThemOnceAndInOrder() throws Exception {
        int frames = 400;
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 1));
        Thread sensor = new Thread(() -> {
            for (int seq = 2; seq <= frames; seq++) {
                SampleBlock sample = Suite.block(EEG, Suite.EPOCH, seq, 1);
                server.suite.commit(EEG, sample);
                server.suite.publish(EEG, sample);
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
        });
        sensor.start();
        List<LiveClient> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            LiveClient reader = server.viewer();
            reader.subscribe(headset().put("from", "2026-01-02T03:04:05.002Z")); // before sample 1
            readers.add(reader);
        }
        sensor.join();

        for (LiveClient reader : readers) {
            await().untilAsserted(() -> assertThat(seqs(reader)).isEqualTo(range(1, frames)));
        }
    }

    @Test
    void whatHistoryHadBeforeTheLiveLaneIsNotShownTwice() {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 10));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 8));
        LiveClient first = server.viewer();
        first.subscribe(headset().put("from", "2026-01-02T03:04:05.002Z")); // before sample 1
        await().untilAsserted(() -> assertThat(seqs(first)).isEqualTo(range(1, 10)));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 8, 1));

        LiveClient second = server.viewer();
        second.subscribe(headset().put("from", "2026-01-02T03:04:05.002Z"));
        await().untilAsserted(() -> assertThat(seqs(second)).isEqualTo(range(1, 10)));

        // What both have read from history comes live only now.
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 9, 2));
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 11, 1));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 11, 1));

        for (LiveClient reader : List.of(first, second)) {
            await().untilAsserted(() -> assertThat(seqs(reader)).endsWith(11L));
            assertThat(seqs(reader)).isEqualTo(range(1, 11));
        }
    }

    @Test
    void aTimeIsAPlaceToBeginAt() {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 20));
        LiveClient client = server.viewer();

        client.subscribe(headset().put("from", "2026-01-02T03:04:05.060Z")); // sample 15
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 21, 5));

        await().untilAsserted(() -> assertThat(seqs(client)).isEqualTo(range(15, 25)));
    }

    @Test
    void aHoleThatHistoryDoesNotFillIsTold() {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 5));
        LiveClient client = server.viewer();
        client.subscribe(headset().put("from", "2026-01-02T03:04:05.020Z")); // sample 5
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 9, 2));

        JsonObject gap = client.awaitAcp("stream_gap", 1).get(0);
        assertThat(gap.getString("cause")).isEqualTo("not_committed_in_time");
        assertThat(gap.getLong("estimated_samples")).isEqualTo(3);
        await().untilAsserted(() -> assertThat(seqs(client)).containsExactly(5L, 9L, 10L));
    }

    private static List<Long> range(long from, long to) {
        return java.util.stream.LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static List<Long> seqs(LiveClient client) {
        return client.acp("telemetry_chunk").stream()
                .flatMap(chunk -> java.util.stream.LongStream.range(
                                0, chunk.getJsonArray("timestamps").size())
                        .mapToObj(i -> chunk.getLong("seq") + i))
                .toList();
    }

    private static List<List<Double>> doubles(JsonArray values) {
        return values.stream()
                .map(column -> ((JsonArray) column)
                        .stream().map(value -> ((Number) value).doubleValue()).toList())
                .toList();
    }
}
