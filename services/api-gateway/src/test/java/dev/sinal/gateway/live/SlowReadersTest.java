package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.StreamDescriptor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Readers that are too slow cost a bounded number of bytes, are told what they missed, and nobody else notices. */
class SlowReadersTest {
    private static final StreamDescriptor WIDE = Suite.eeg("headset", 64);
    private static final int BLOCK = 500;

    private static LiveLimits queues(int bytes, int totalBytes, Duration stuck) {
        return LiveLimits.defaults().withQueues(new LiveLimits.Queues(bytes, totalBytes, stuck));
    }

    private static JsonObject binary() {
        return new JsonObject().put("agent_id", "headset").put("format", "binary");
    }

    /** Publishes and stores the next block, and waits until a quick reader has it. */
    private static final class Source {
        private final LiveServer server;
        private final LiveClient quick;
        private int blocks;

        Source(LiveServer server) {
            this.server = server;
            this.quick = server.viewer();
            quick.subscribe(binary());
        }

        void next() {
            var block = Suite.block(WIDE, Suite.EPOCH, 1 + (long) BLOCK * blocks++, BLOCK);
            server.suite.commit(WIDE, block);
            server.suite.publish(WIDE, block);
            await().atMost(Duration.ofSeconds(20)).until(() -> quick.binaries().size() == blocks);
        }

        long sent() {
            return (long) BLOCK * blocks;
        }
    }

    private static double gauge(LiveServer server, String name) {
        return server.metrics.get(name).gauge().value();
    }

    private static boolean closed(LiveServer server, String code) {
        return server.metrics.find("sinal.live.closes").tag("code", code).counter() != null;
    }

    private static List<Long> seqs(List<Buffer> frames) {
        List<Long> seqs = new ArrayList<>();
        for (Buffer bytes : frames) {
            BinaryFrame frame = BinaryFrame.read(bytes);
            for (int i = 0; i < frame.count(); i++) {
                seqs.add(frame.seq() + i);
            }
        }
        return seqs;
    }

    @Test
    void whatASlowReaderMissedIsReadByTheCursorsItWasTold() {
        try (LiveServer server = new LiveServer(queues(1 << 20, 64 << 20, Duration.ofSeconds(60)))) {
            Source source = new Source(server);
            LiveClient slow = server.viewer();
            slow.subscribe(binary());
            slow.socket().pause();
            while (server.count("sinal.live.drops") < 3) {
                source.next();
                assertThat(gauge(server, "sinal.live.queue.bytes")).isLessThanOrEqualTo(1 << 20);
            }
            assertThat(gauge(server, "sinal.live.readers.slow")).isEqualTo(1);

            slow.socket().resume();
            JsonObject gap = slow.awaitAcp("stream_gap", 1).get(0);
            assertThat(gap.getString("cause")).isEqualTo("slow_reader");
            long missed = gap.getLong("estimated_samples");
            await().untilAsserted(() ->
                    assertThat(seqs(slow.binaries()).size() + missed).isEqualTo(source.sent()));

            List<Long> all = new ArrayList<>(seqs(slow.binaries()));
            all.addAll(fetch(server, gap.getString("from_cursor"), gap.getString("to_cursor")));
            assertThat(all.stream().sorted().toList())
                    .isEqualTo(LongStream.rangeClosed(1, source.sent()).boxed().toList());
            assertThat(slow.open()).isTrue();
            await().until(() -> gauge(server, "sinal.live.readers.slow") == 0);
        }
    }

    /** The rows between two cursors, page by page. */
    private static List<Long> fetch(LiveServer server, String from, String to) {
        List<Long> seqs = new ArrayList<>();
        String cursor = from;
        while (true) {
            RequestOptions options = new RequestOptions()
                    .setHost("127.0.0.1")
                    .setPort(server.port)
                    .setMethod(HttpMethod.GET)
                    .setURI("/telemetry/live?agent_id=headset&metrics=ch1&n=700&from=" + cursor + "&to=" + to)
                    .addHeader("Authorization", "Bearer viewer");
            JsonObject body = LiveServer.get(server.http
                            .request(options)
                            .compose(request -> request.send().compose(response -> response.body())))
                    .toJsonObject();
            body.getJsonArray("items").forEach(row -> seqs.add(((JsonObject) row).getLong("seq")));
            cursor = body.getString("next_cursor");
            if (body.getBoolean("complete")) {
                return seqs;
            }
        }
    }

    @Test
    void manySlowReadersTogetherHaveABoundAndTheQuickOneMissesNothing() {
        int total = 2 << 20;
        try (LiveServer server = new LiveServer(queues(1 << 20, total, Duration.ofSeconds(60)))) {
            Source source = new Source(server);
            for (int i = 0; i < 8; i++) {
                LiveClient slow = server.viewer();
                slow.subscribe(binary());
                slow.socket().pause();
            }
            double most = 0;
            while (gauge(server, "sinal.live.readers.slow") < 8 || server.count("sinal.live.drops") < 80) {
                source.next();
                most = Math.max(most, gauge(server, "sinal.live.queue.bytes"));
            }

            assertThat(most).isLessThanOrEqualTo(total + 8 * 140_000); // each may hold the newest frame
            assertThat(seqs(source.quick.binaries()))
                    .isEqualTo(LongStream.rangeClosed(1, source.sent()).boxed().toList());
            assertThat(server.count("sinal.live.encoded")).isEqualTo(source.blocks);
        }
    }

    @Test
    void aReaderThatReadsNothingIsCutOffWithAReason() {
        try (LiveServer server = new LiveServer(queues(1 << 20, 64 << 20, Duration.ofMillis(500)))) {
            Source source = new Source(server);
            LiveClient slow = server.viewer();
            slow.subscribe(binary());
            slow.socket().pause();
            while (!closed(server, "4408")) {
                source.next();
            }
            slow.socket().resume();

            assertThat(slow.awaitClose()).isIn(4408, 1006, -1); // in time for the close, or the connection is gone
            await().until(() -> gauge(server, "sinal.live.queue.bytes") == 0);
            assertThat(source.quick.open()).isTrue();
        }
    }

    @Test
    void aReaderOfOneKibASecondIsCutOffAndNobodyElseNotices() throws Exception {
        try (LiveServer server = new LiveServer(queues(1 << 20, 64 << 20, Duration.ofSeconds(2)));
                Socket socket = new Socket()) {
            Source source = new Source(server);
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress("127.0.0.1", server.port));
            socket.getOutputStream()
                    .write(("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + server.port
                                    + "\r\nAuthorization: Bearer viewer\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream()
                    .write(masked("{\"method\":\"subscribe\",\"id\":1,\"params\":{\"agent_id\":\"headset\"}}"));
            InputStream in = socket.getInputStream();
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> {
                        if (in.available() > 0) {
                            in.read(new byte[102]); // of 1 KiB a second, what is due
                        }
                        source.next();
                        return closed(server, "4408");
                    });
            assertThat(seqs(source.quick.binaries()))
                    .isEqualTo(LongStream.rangeClosed(1, source.sent()).boxed().toList());
            await().until(() -> gauge(server, "sinal.live.queue.bytes") == 0);
        }
    }

    /** A text frame of a client, masked with zeros. */
    private static byte[] masked(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length); // less than 126
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }
}
