package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static dev.sinal.gateway.Samples.SECOND;
import static dev.sinal.gateway.Samples.T0;
import static dev.sinal.gateway.Samples.block;
import static dev.sinal.gateway.Samples.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Chunks;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.read.EpochClip;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** Stored rows over HTTP, against chunks in memory that take several pulls. */
final class HistoryTest {
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        gateway.agents.with("lab", "lsl").with("empty", "external");
        gateway.store.add(
                Samples.stream("s1", "lab", "eeg", "double64", "a", "b"),
                block("s1", 1, 1, T0, counting(1, 10), counting(101, 10)),
                block("s1", 1, 11, T0 + 10 * SECOND, counting(11, 10), counting(111, 10)),
                block("s1", 2, 1, T0 + 20 * SECOND, counting(21, 5), counting(121, 5)));
        gateway.store.add(
                Samples.stream("s2", "lab", "markers", "string", "event", "b"),
                block("s2", 1, 1, T0, Samples.texts("go", "a,\"b\"", ""), counting(0, 3)));
        gateway.store.add(
                Samples.stream("s3", "odd", "mixed", "float32", "f", "n", "big"),
                block(
                        "s3",
                        7,
                        1,
                        T0,
                        Samples.floats(0.1f, Float.NaN, Float.NEGATIVE_INFINITY),
                        Samples.doubles(-0.0, 1e300, 2.5),
                        Samples.longs(Long.MAX_VALUE, 1, -5)));
        gateway.agents.with("odd", "lsl");
        gateway.agents.with("ward", "lsl");
        gateway.agents.bound.put(
                "ward", List.of(new StreamStatus("h9", "late", "running", 0, 1, 0, null, 0, null, null, null)));
        gateway.agents.specs.put(
                "ward",
                new AgentSpec(
                        "lsl",
                        List.of(new StreamSpec("type='X'", "planned", "one", true, null, List.of(), null, null))));
        gateway.store.add(
                Samples.stream("h1", "ward", "hr", "double64", "bpm"), block("h1", 1, 1, T0, counting(60, 2)));
        gateway.store.add(
                Samples.stream("h2", "ward", "hr", "double64", "bpm", "spo2"),
                block("h2", 2, 1, T0 + 10 * SECOND, counting(70, 2), counting(97, 2)));
        gateway.store.add(
                Samples.stream("h3", "ward", "other", "double64", "spo2"), block("h3", 3, 1, T0, counting(1, 1)));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonObject page(String query) {
        HttpResponse<String> response = gateway.get("/telemetry/history?" + query);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    @Test
    void cursorsWalkThroughEveryRowOnce() {
        List<Integer> seen = new ArrayList<>();
        String query = "agent_id=lab&stream=eeg&page_size=7";
        JsonObject page = page(query);
        while (true) {
            page.getJsonArray("items")
                    .forEach(item -> seen.add(
                            ((JsonObject) item).getJsonObject("metrics").getInteger("a")));
            if (page.getBoolean("complete")) {
                break;
            }
            page = page(query + "&cursor=" + page.getString("next_cursor"));
        }

        assertThat(seen).hasSize(25).isSorted().startsWith(1).endsWith(25).doesNotHaveDuplicates();
        assertThat(page("agent_id=lab&stream=eeg&cursor=" + page.getString("next_cursor"))
                        .getJsonArray("items"))
                .isEmpty();
    }

    @Test
    void committedOrderWalksThroughEveryRowOnceAcrossChunks() {
        List<String> seen = new ArrayList<>();
        String query = "agent_id=lab&order=committed&page_size=4";
        JsonObject page = page(query);
        while (true) {
            page.getJsonArray("items").forEach(item -> {
                JsonObject row = (JsonObject) item;
                seen.add(row.getString("stream") + row.getLong("epoch") + "/" + row.getLong("seq"));
            });
            if (page.getBoolean("complete")) {
                break;
            }
            page = page(query + "&cursor=" + page.getString("next_cursor"));
        }

        assertThat(seen).hasSize(28).doesNotHaveDuplicates();
    }

    @Test
    void aReplacedDeviceGoesOnUnderItsNameAndRowsTellWhichItIs() {
        for (String query : List.of("stream=hr", "metrics=bpm", "metrics=hr/bpm", "stream=hr&metrics=bpm")) {
            assertThat(page("agent_id=ward&" + query).getJsonArray("items").stream()
                            .map(item -> (JsonObject) item)
                            .map(row -> row.getString("stream") + " " + row.getString("stream_id") + " "
                                    + row.getJsonObject("metrics").getInteger("bpm")))
                    .as(query)
                    .containsExactly("hr h1 60", "hr h1 61", "hr h2 70", "hr h2 71");
        }
        for (String query : List.of("stream=h1", "metrics=h1/bpm")) {
            assertThat(page("agent_id=ward&" + query).getJsonArray("items"))
                    .as(query)
                    .hasSize(2);
        }
        HttpResponse<String> csv = gateway.send(gateway.as("viewer", "/telemetry/history?agent_id=ward&stream=hr")
                .header("Accept", "text/csv"));
        assertThat(csv.body().lines()).first().isEqualTo("agent_id,stream,epoch,seq,timestamp,bpm,spo2,stream_id");
        assertThat(csv.body().lines().toList().get(1)).isEqualTo("ward,hr,1,1,1970-01-01T00:16:40.000000000Z,60,,h1");
        HttpResponse<String> ambiguous = gateway.get("/telemetry/history?agent_id=ward&metrics=spo2");
        assertThat(ambiguous.statusCode()).isEqualTo(400);
        assertThat(json(ambiguous).getJsonArray("candidates")).containsExactly("hr/spo2", "other/spo2");
    }

    @Test
    void aStreamThatIsBoundButHasNothingStoredIsAnEmptyPage() {
        for (String query :
                List.of("stream=late", "stream=h9", "metrics=late/x", "stream=late&metrics=x", "stream=planned")) {
            assertThat(page("agent_id=ward&" + query).getJsonArray("items"))
                    .as(query)
                    .isEmpty();
        }
        assertThat(gateway.get("/telemetry/history?agent_id=ward&stream=never").statusCode())
                .isEqualTo(400);
    }

    @Test
    void pagesCountFromZeroAndStopAtAMillion() {
        JsonObject third = page("agent_id=lab&stream=eeg&page=2&page_size=10");
        assertThat(third.getJsonArray("items")).hasSize(5);
        assertThat(third.getBoolean("complete")).isTrue();

        HttpResponse<String> tooFar = gateway.get("/telemetry/history?agent_id=lab&page=101&page_size=10000");
        assertThat(tooFar.statusCode()).isEqualTo(400);
        assertThat(json(tooFar).getString("detail")).contains("cursor");
    }

    @Test
    void rangesAreHalfOpenAndTimesHaveNineDigits() {
        JsonArray items = page("agent_id=lab&stream=eeg&start_date=1970-01-01T00:16:42Z&end_date=1970-01-01T00:16:44Z")
                .getJsonArray("items");

        assertThat(items).hasSize(2);
        assertThat(items.getJsonObject(0).getString("timestamp")).isEqualTo("1970-01-01T00:16:42.000000000Z");
        assertThat(page("agent_id=lab&stream=eeg&time_format=unix_ns&page_size=1")
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getLong("timestamp"))
                .isEqualTo(T0);
        assertThat(page("agent_id=lab&stream=eeg&clock=raw&page_size=1")
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getDouble("timestamp"))
                .isEqualTo(100.5);
    }

    @Test
    void numbersReadBackExactlyAndNanIsNamed() {
        JsonArray items = page("agent_id=odd").getJsonArray("items");

        assertThat(items.getJsonObject(0).getJsonObject("metrics").getDouble("f"))
                .isEqualTo(0.1f);
        assertThat(items.getJsonObject(0).getJsonObject("metrics").getLong("big"))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(items.getJsonObject(1).getJsonObject("metrics").getValue("f"))
                .isNull();
        assertThat(items.getJsonObject(1).getJsonObject("special").getString("f"))
                .isEqualTo("NaN");
        assertThat(items.getJsonObject(2).getJsonObject("special").getString("f"))
                .isEqualTo("-Infinity");
        String body = gateway.get("/telemetry/history?agent_id=odd&float32=short&int64=string")
                .body();
        assertThat(body)
                .contains("\"f\":0.1,")
                .contains("\"big\":\"9223372036854775807\"")
                .contains("\"n\":-0.0");
        assertThat(gateway.get("/telemetry/history?agent_id=odd").body()).contains("\"f\":0.10000000149011612");
    }

    @Test
    void metricsChooseColumnsAndDropOtherStreams() {
        JsonArray items = page("agent_id=lab&metrics=a&page_size=100").getJsonArray("items");

        assertThat(items).hasSize(25);
        assertThat(items.getJsonObject(0).getJsonObject("metrics").fieldNames()).containsExactly("a");
        assertThat(page("agent_id=lab&metrics=markers/b").getJsonArray("items")).hasSize(3);
    }

    @Test
    void aBareNameInTwoStreamsIsAmbiguousWithCandidates() {
        HttpResponse<String> response = gateway.get("/telemetry/history?agent_id=lab&metrics=b");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("code")).isEqualTo("ambiguous_metric");
        assertThat(json(response).getJsonArray("candidates")).containsExactlyInAnyOrder("eeg/b", "markers/b");
    }

    @Test
    void mistypedNamesGetNearMatches() {
        HttpResponse<String> response = gateway.get("/telemetry/history?agent_id=lab&metrics=evnt");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getJsonArray("near_matches")).contains("event");

        assertThat(gateway.get("/telemetry/history?agent_id=nobody").statusCode())
                .isEqualTo(404);
        assertThat(page("agent_id=empty").getJsonArray("items")).isEmpty();
        assertThat(page("agent_id=empty").getString("next_cursor")).isNotEmpty();
    }

    @Test
    void foreignAndDamagedCursorsAreRefused() {
        String cursor = page("agent_id=lab&page_size=1").getString("next_cursor");

        assertThat(gateway.get("/telemetry/history?agent_id=odd&cursor=" + cursor)
                        .statusCode())
                .isEqualTo(400);
        assertThat(gateway.get("/telemetry/history?agent_id=lab&cursor=AAAA").statusCode())
                .isEqualTo(400);
        assertThat(gateway.get("/telemetry/history?agent_id=lab&cursor=" + cursor.substring(1))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void linesStreamTheWholeRange() {
        HttpResponse<String> response = gateway.send(
                gateway.as("viewer", "/telemetry/history?agent_id=lab").header("Accept", "application/x-ndjson"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().lines()).hasSize(28);
        assertThat(response.body().lines().map(JsonObject::new).map(row -> row.getString("timestamp")))
                .isSorted();
    }

    @Test
    void csvQuotesAndKeepsAbsentApartFromEmpty() {
        HttpResponse<String> wide = gateway.send(gateway.as("viewer", "/telemetry/history?agent_id=lab&stream=markers")
                .header("Accept", "text/csv"));
        assertThat(wide.body().split("\r\n"))
                .containsExactly(
                        "agent_id,stream,epoch,seq,timestamp,event,b",
                        "lab,markers,1,1,1970-01-01T00:16:40.000000000Z,go,0",
                        "lab,markers,1,2,1970-01-01T00:16:41.000000000Z,\"a,\"\"b\"\"\",1",
                        "lab,markers,1,3,1970-01-01T00:16:42.000000000Z,\"\",2");

        HttpResponse<String> several = gateway.send(
                gateway.as("viewer", "/telemetry/history?agent_id=lab").header("Accept", "text/csv"));
        assertThat(several.statusCode()).isEqualTo(400);
        HttpResponse<String> longLayout =
                gateway.send(gateway.as("viewer", "/telemetry/history?agent_id=lab&layout=long")
                        .header("Accept", "text/csv"));
        assertThat(longLayout.body().lines()).hasSize(1 + 28 * 2);
        HttpResponse<String> odd = gateway.send(
                gateway.as("viewer", "/telemetry/history?agent_id=odd").header("Accept", "text/csv"));
        assertThat(odd.body()).contains(",NaN,").contains(",-Inf,");
    }

    @Test
    void msgpackKeepsTypes() throws Exception {
        HttpResponse<byte[]> response = gateway.bytes(
                gateway.as("viewer", "/telemetry/history?agent_id=odd").header("Accept", "application/msgpack"));
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(response.body())) {
            int rows = 0;
            while (in.hasNext()) {
                assertThat(in.unpackValue().asMapValue().map().size()).isEqualTo(7);
                rows++;
            }
            assertThat(rows).isEqualTo(3);
        }
        HttpResponse<byte[]> page = gateway.bytes(gateway.as("viewer", "/telemetry/history?agent_id=odd&page_size=2")
                .header("Accept", "application/msgpack"));
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(page.body())) {
            assertThat(in.unpackValue().asMapValue().map()).hasSize(6);
            assertThat(in.hasNext()).isFalse();
        }
    }

    @Test
    void chunksComeUndecoded() {
        HttpResponse<byte[]> response = gateway.bytes(gateway.as("viewer", "/telemetry/history?agent_id=lab&stream=s1")
                .header("Accept", "application/vnd.sinal.chunk"));

        List<byte[]> chunks = Chunks.split(response.body());
        assertThat(chunks).hasSize(3);
        assertThat(ChunkDecoder.decode(chunks.get(0)).size()).isEqualTo(10);
    }

    @Test
    void chunksOfNamedMetricsHaveOnlyTheirChannels() {
        HttpResponse<byte[]> whole = gateway.bytes(gateway.as("viewer", "/telemetry/history?agent_id=lab&stream=s1")
                .header("Accept", "application/vnd.sinal.chunk"));
        HttpResponse<byte[]> some =
                gateway.bytes(gateway.as("viewer", "/telemetry/history?agent_id=lab&stream=s1&metrics=b")
                        .header("Accept", "application/vnd.sinal.chunk"));

        List<byte[]> all = Chunks.split(whole.body());
        List<byte[]> cut = Chunks.split(some.body());
        assertThat(cut).hasSameSizeAs(all);
        for (int i = 0; i < all.size(); i++) {
            SampleBlock full = ChunkDecoder.decode(all.get(i));
            SampleBlock one = ChunkDecoder.decode(cut.get(i));
            assertThat(full.columns()).hasSize(2);
            assertThat(one.columns()).hasSize(1);
            assertThat(one.columns().get(0)).isEqualTo(full.columns().get(1));
            assertThat(one.timestamps()).isEqualTo(full.timestamps());
        }
    }

    @Test
    void otherRepresentationsAreNotAcceptable() {
        assertThat(gateway.send(gateway.as("viewer", "/telemetry/history?agent_id=lab")
                                .header("Accept", "image/png"))
                        .statusCode())
                .isEqualTo(406);
    }

    @Test
    void theNextPageIsLinked() {
        HttpResponse<String> response = gateway.get("/telemetry/history?agent_id=lab&page_size=5&metrics=a");

        String link = response.headers().firstValue("Link").orElse("");
        assertThat(link).contains("rel=\"next\"").contains("metrics=a").contains("cursor=");
        String next = link.substring(1, link.indexOf('>'));
        assertThat(json(gateway.get(next))
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getInteger("seq"))
                .isEqualTo(6);
    }

    @Test
    void aReaderThatGoesAwayLetsTheStoreForget() throws Exception {
        int before = gateway.store.closed.get();
        for (int i = 0; i < 400; i++) {
            gateway.store.add(
                    Samples.stream("s9", "long", "x", "double64", "a"),
                    block("s9", 1, 1 + i * 5_000L, T0 + i * 5_000L * SECOND, counting(i * 5_000, 5_000)));
        }
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", gateway.port())) {
            socket.setReceiveBufferSize(4_096);
            socket.getOutputStream()
                    .write(
                            ("GET /telemetry/history?agent_id=long HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/x-ndjson\r\n"
                                            + "Authorization: Bearer " + gateway.token("viewer") + "\r\n\r\n")
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isPositive();
        }
        Awaitility.await().until(() -> gateway.store.closed.get() > before);
        assertThat(gateway.store.pulls.get()).isLessThan(390);
    }

    @Test
    void whatTwoCollectorsStoredIsGivenOnceInEveryForm() throws Exception {
        gateway.store.add(
                Samples.stream("s11", "twice", "x", "double64", "a"),
                block("s11", 1, 1, T0, counting(1, 10)),
                block("s11", 2, 1, T0 + 5 * SECOND, counting(6, 10)));
        gateway.store.clips.add(new EpochClip("s11", 2, 1, T0, T0 + 9 * SECOND, null, null, 0));
        String path = "/telemetry/history?agent_id=twice";

        assertThat(values(json(gateway.get(path))))
                .isEqualTo(IntStream.rangeClosed(1, 15).boxed().toList());
        assertThat(values(json(gateway.get(path + "&order=committed")))).hasSize(15);
        assertThat(values(json(gateway.get(path + "&overlaps=all")))).hasSize(20);
        assertThat(gateway.send(gateway.as("viewer", path).header("Accept", "application/x-ndjson"))
                        .body()
                        .lines())
                .hasSize(15);
        Buffer blocks =
                Buffer.buffer(gateway.bytes(gateway.as("viewer", path).header("Accept", "application/vnd.sinal.chunk"))
                        .body());
        int rows = 0;
        for (int at = 0; at < blocks.length(); ) {
            int length = (int) blocks.getUnsignedIntLE(at);
            rows += ChunkHeader.read(blocks.getBytes(at + 4, at + 4 + length)).count();
            at += 4 + length;
        }
        assertThat(rows).isEqualTo(15);
        assertThat(gateway.get(path + "&overlaps=both").statusCode()).isEqualTo(400);
    }

    private static List<Integer> values(JsonObject page) {
        return page.getJsonArray("items").stream()
                .map(item -> ((JsonObject) item).getJsonObject("metrics").getInteger("a"))
                .toList();
    }

    @Test
    void aPageWhoseStoreIsGoneComesFromAnother() {
        gateway.store.forgetsAfter.set(1);

        assertThat(page("agent_id=lab").getJsonArray("items")).hasSize(28);
        assertThat(gateway.store.forgetsAfter).hasNegativeValue();
    }

    @Test
    void aWholeRangeWhoseStoreIsGoneEndsWithoutItsLastChunk() {
        for (int i = 0; i < 6; i++) {
            gateway.store.add(
                    Samples.stream("s10", "cut", "x", "double64", "a"),
                    block("s10", 1, 1 + i * 5_000L, T0 + i * 5_000L * SECOND, counting(i * 5_000, 5_000)));
        }
        for (String type : List.of("application/x-ndjson", "application/vnd.sinal.chunk")) {
            gateway.store.forgetsAfter.set(2);
            assertThatThrownBy(() -> gateway.send(gateway.as("viewer", "/telemetry/history?agent_id=cut")
                            .header("Accept", type)))
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aWholeRangeWhoseStoreIsGoneBeforeItsFirstByteIsUnavailable() {
        gateway.store.forgetsAfter.set(1);

        HttpResponse<String> response = gateway.send(
                gateway.as("viewer", "/telemetry/history?agent_id=lab").header("Accept", "application/x-ndjson"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void plotsAndRecentRows() {
        JsonObject plot = json(gateway.get("/telemetry/plot?agent_id=lab&stream=eeg&max_points=10"));
        assertThat(plot.getJsonArray("series").getJsonObject(0).getJsonArray("points"))
                .hasSize(1);

        HttpResponse<String> recent = gateway.post(
                "/rpc",
                "{\"jsonrpc\":\"2.0\",\"method\":\"telemetry_recent\",\"params\":{\"agent_id\":\"lab\",\"n\":2},\"id\":1}");
        JsonArray items = json(recent).getJsonObject("result").getJsonArray("items");
        assertThat(items).hasSize(4);
    }

    @Test
    void gzipWhenAskedAndNotForMsgpack() {
        HttpResponse<byte[]> zipped = gateway.bytes(
                gateway.as("viewer", "/telemetry/history?agent_id=lab").header("Accept-Encoding", "gzip"));
        assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
        HttpResponse<byte[]> packed = gateway.bytes(gateway.as("viewer", "/telemetry/history?agent_id=lab")
                .header("Accept-Encoding", "gzip")
                .header("Accept", "application/msgpack"));
        assertThat(packed.headers().firstValue("Content-Encoding").orElse("identity"))
                .isEqualTo("identity");
    }
}
