package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveRoutesTest {
    private static final StreamDescriptor EEG = Suite.eeg("headset", 2);
    private static final Map<String, String> EVENTS =
            Map.of("Authorization", "Bearer viewer", "Accept", "text/event-stream");
    private LiveServer server;

    @BeforeEach
    void start() {
        server = new LiveServer(
                LiveLimits.defaults().withWaits(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMillis(200)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private record Answer(int status, JsonObject body) {}

    private Answer get(String query, Map<String, String> headers) {
        HttpClientResponse response = request(query, headers);
        var body = response.body();
        response.resume();
        return new Answer(response.statusCode(), new JsonObject(LiveServer.get(body)));
    }

    private HttpClientResponse request(String query, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(server.port)
                .setMethod(HttpMethod.GET)
                .setURI("/telemetry/live?" + query);
        headers.forEach(options::addHeader);
        return LiveServer.get(server.http
                .request(options)
                .compose(request -> request.send().map(response -> {
                    response.pause();
                    return response;
                })));
    }

    /** An event stream that is read as it comes. */
    private final class Events {
        private final StringBuilder text = new StringBuilder();
        private final HttpClientResponse response;

        Events(String query, Map<String, String> headers) {
            response = request(query, headers);
            response.handler(bytes -> {
                synchronized (text) {
                    text.append(bytes.toString());
                }
            });
            response.exceptionHandler(gone -> {});
            response.resume();
            await().until(() -> all().contains("retry:"));
        }

        String all() {
            synchronized (text) {
                return text.toString();
            }
        }

        List<String> blocks() {
            return List.of(all().split("\n\n")).stream()
                    .filter(block -> block.contains("data: "))
                    .toList();
        }

        List<Long> seqs() {
            List<Long> seqs = new ArrayList<>();
            for (String block : blocks()) {
                JsonObject acp = new JsonObject(block.substring(block.indexOf("data: ") + 6));
                if (acp.getString("type").equals("telemetry_chunk")) {
                    JsonObject payload = acp.getJsonObject("payload");
                    for (int i = 0; i < payload.getJsonArray("timestamps").size(); i++) {
                        seqs.add(payload.getLong("seq") + i);
                    }
                }
            }
            return seqs;
        }

        String id(int block) {
            return blocks().get(block)
                    .lines()
                    .filter(line -> line.startsWith("id: "))
                    .findFirst()
                    .orElseThrow()
                    .substring(4);
        }

        void close() {
            LiveServer.get(response.request().reset().otherwiseEmpty());
        }
    }

    @Test
    void theLastRowsOfEachStreamComeInOrderWithACursorToGoOnFrom() {
        StreamDescriptor ecg = Suite.stream("headset", "ecg", "float32", 500, ChannelDescriptor.plain("lead"));
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 10));
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 11, 10));
        server.suite.commit(ecg, Suite.block(ecg, Suite.EPOCH, 1, 5));

        JsonObject body = get("agent_id=headset&n=3", Map.of("Authorization", "Bearer viewer"))
                .body();

        assertThat(body.getJsonArray("items").stream()
                        .map(row -> ((JsonObject) row).getString("stream") + ((JsonObject) row).getLong("seq")))
                .containsExactly("ecg3", "ecg4", "ecg5", "eeg18", "eeg19", "eeg20");
        assertThat(body.getJsonArray("items").getJsonObject(3).encode())
                .isEqualTo(
                        "{\"agent_id\":\"headset\",\"stream\":\"eeg\",\"stream_id\":\"" + EEG.id() + "\",\"epoch\":"
                                + Suite.EPOCH
                                + ",\"seq\":18,\"timestamp\":\"2026-01-02T03:04:05.072000000Z\",\"metrics\":{\"ch1\":1800.5,\"ch2\":1801.5}}");
        assertThat(body.getJsonArray("gaps")).isEmpty();
        assertThat(LiveCursor.read(body.getString("next_cursor"), "headset", "from")
                        .streams()
                        .get(EEG.id())
                        .seq())
                .isEqualTo(20);
    }

    @Test
    void valuesThatJsonCannotHoldAreNullAndNamed() {
        StreamDescriptor odd = Suite.stream(
                "headset", "odd", "float32", 0, ChannelDescriptor.plain("x"), ChannelDescriptor.plain("y"));
        server.suite.commit(
                odd,
                new SampleBlock(
                        odd.id(),
                        Suite.EPOCH,
                        1,
                        TimeBasis.LSL,
                        Suite.stamps(1, 1),
                        null,
                        List.of(new FloatColumn(new float[] {Float.NaN}), new FloatColumn(new float[] {0.1f}))));

        JsonObject row = get("agent_id=headset", Map.of("Authorization", "Bearer viewer"))
                .body()
                .getJsonArray("items")
                .getJsonObject(0);

        assertThat(row.getJsonObject("metrics").encode()).isEqualTo("{\"x\":null,\"y\":0.10000000149011612}");
        assertThat(row.getJsonObject("special").encode()).isEqualTo("{\"x\":\"NaN\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "agent_id=headset,,401",
        "agent_id=headset,guess,401",
        "agent_id=headset,scopeless,403",
        "agent_id=headset,restricted,403",
        "n=3,viewer,400",
        "agent_id=nobody,viewer,404",
        "agent_id=headset&n=0,viewer,400",
        "agent_id=headset&n=10001,viewer,400",
        "agent_id=headset&n=many,viewer,400",
        "agent_id=headset&nn=3,viewer,400",
        "agent_id=headset&metrics=ch9,viewer,400",
        "agent_id=headset&stream=nope,viewer,400",
        "agent_id=headset&ticket=guess,,401"
    })
    void badRequestsAreRefused(String query, String token, int status) {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 2));
        Map<String, String> headers = token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
        Answer answer = get(query, headers);
        assertThat(answer.status()).as(answer.body().encode()).isEqualTo(status);
        assertThat(answer.body().getInteger("status")).isEqualTo(status);
    }

    @Test
    void aMetricInTwoStreamsMustBeNamedWithItsStream() {
        StreamDescriptor other = Suite.stream("headset", "other", "float32", 250, ChannelDescriptor.plain("ch1"));
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 2));
        server.suite.commit(other, Suite.block(other, Suite.EPOCH, 1, 2));

        Answer answer = get("agent_id=headset&metrics=ch1", Map.of("Authorization", "Bearer viewer"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().getString("code")).isEqualTo("ambiguous_metric");
        assertThat(answer.body().getJsonArray("candidates")).containsExactlyInAnyOrder("eeg/ch1", "other/ch1");
        assertThat(get("agent_id=headset&metrics=other/ch1", Map.of("Authorization", "Bearer viewer"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anEventStreamResumesWithoutAHole() {
        Events first = new Events("agent_id=headset", EVENTS);
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 5));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 6, 5));
        await().untilAsserted(() -> assertThat(first.seqs()).isEqualTo(range(1, 10)));
        String id = first.id(0);
        first.close();
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 11, 5));

        Events back = new Events(
                "agent_id=headset",
                Map.of("Authorization", "Bearer viewer", "Accept", "text/event-stream", "Last-Event-ID", id));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 16, 5));

        await().untilAsserted(() -> assertThat(back.seqs()).isEqualTo(range(6, 20)));
    }

    @Test
    void anotherGatewayResumesFromHistory() {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 20));
        String id = new LiveCursor(
                        "headset",
                        Map.of(EEG.id(), new StreamPosition(Suite.EPOCH, 7, Suite.stamps(7, 1)[0])),
                        LiveCursor.NOW)
                .encode();

        Events events = new Events(
                "agent_id=headset&metrics=ch2",
                Map.of("Authorization", "Bearer viewer", "Accept", "text/event-stream", "Last-Event-ID", id));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 21, 2));

        await().untilAsserted(() -> assertThat(events.seqs()).isEqualTo(range(8, 22)));
        assertThat(events.blocks()).allSatisfy(block -> assertThat(block).contains("\"channels\":[\"ch2\"]"));
    }

    @Test
    void eventsAreNotHeldBackByACompressor() {
        Events events = new Events(
                "agent_id=headset",
                Map.of("Authorization", "Bearer viewer", "Accept", "text/event-stream", "Accept-Encoding", "gzip"));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 1));
        await().untilAsserted(() -> assertThat(events.seqs()).containsExactly(1L));
    }

    @Test
    void aQuietEventStreamShowsThatItLives() {
        Events events = new Events("agent_id=headset", EVENTS);
        await().until(() -> events.all().contains(": alive"));
    }

    @Test
    void aTicketOpensAnEventStreamOnce() {
        server.tickets.put("once", LiveServer.principal("ada", 3_600, null));
        Events events = new Events("agent_id=headset&ticket=once", Map.of("Accept", "text/event-stream"));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 1));
        await().untilAsserted(() -> assertThat(events.seqs()).containsExactly(1L));
        assertThat(request("agent_id=headset&ticket=once", Map.of("Accept", "text/event-stream"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void markersReachEventStreamsToo() {
        Events events = new Events("agent_id=headset", EVENTS);
        server.suite.event(
                "marker",
                new JsonObject().put("agent_id", "headset").put("label", "a\nb").put("timestamp", Suite.T0));
        await().until(() -> !events.blocks().isEmpty());
        assertThat(events.blocks().get(0)).contains("event: marker").contains("\"label\":\"a\\nb\"");
    }

    @Test
    void anythingElseIsNotAcceptable() {
        assertThat(get("agent_id=headset", Map.of("Authorization", "Bearer viewer", "Accept", "text/csv"))
                        .status())
                .isEqualTo(406);
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
