package dev.sinal.bench;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * From the push into an LSL outlet to a WebSocket client of the gateway, against a plain LSL inlet on the same outlet in the same run. Every sample
 * carries the clock reading of its push, and all three ends read the same monotonic clock.
 *
 * <p>Usage: {@code LiveLatency READY_FILE [SECONDS]}, with the {@code LSLAPICFG} of the running suite, or none for a demo.
 */
public final class LiveLatency {
    private static final double RATE_HZ = 250;
    private static final String AGENT = "bench-latency";
    private static final String SOURCE = "sinal-bench-latency";
    private static final long WARM_UP_S = 5;

    private final Latencies direct = new Latencies();
    private final Latencies live = new Latencies();

    private LiveLatency() {}

    public static void main(String[] arguments) throws Exception {
        JsonObject ready = new JsonObject(Files.readString(Path.of(arguments[0])));
        long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 20;
        new LiveLatency().run(ready.getString("url"), ready.getString("token"), seconds);
    }

    private void run(String url, String token, long seconds) throws Exception {
        Vertx vertx = Vertx.vertx();
        LslConfig config = System.getenv("LSLAPICFG") == null ? LslConfig.loopback() : LslConfig.load();
        Lsl lsl = Lsl.create(vertx, config);
        StreamInfo info = StreamInfo.builder("Bench latency", "Bench", 1, RATE_HZ, ChannelFormat.DOUBLE64, SOURCE)
                .channel("pushed_at", "s", "Clock")
                .build();
        Outlet outlet = await(lsl.openOutlet(info, OutletOptions.defaults()));
        Inlet inlet = lsl.openInlet(outlet.info(), InletOptions.defaults(), new Direct());
        SuiteClient suite = new SuiteClient(url, token);
        suite.post(
                "/agents/start",
                new JsonObject()
                        .put("agent_id", AGENT)
                        .put("wait_s", 0)
                        .put(
                                "spec",
                                new JsonObject()
                                        .put("kind", "lsl")
                                        .put(
                                                "streams",
                                                new JsonArray()
                                                        .add(new JsonObject()
                                                                .put("query", "source_id='" + SOURCE + "'"))))
                        .encode());
        ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        pace.scheduleAtFixedRate(
                () -> outlet.push(new double[] {LslClock.now()}, 0), 0, (long) (1e9 / RATE_HZ), TimeUnit.NANOSECONDS);
        WebSocket socket = subscribe(suite.http(), url, token);

        TimeUnit.SECONDS.sleep(WARM_UP_S);
        direct.clear();
        live.clear();
        TimeUnit.SECONDS.sleep(seconds);
        report();

        pace.shutdownNow();
        socket.abort();
        suite.post("/agents/stop", new JsonObject().put("agent_id", AGENT).encode());
        await(inlet.close());
        await(lsl.close());
        await(vertx.close());
    }

    private void report() {
        System.out.printf(
                Locale.ROOT,
                "push to plain LSL inlet   n=%d  p50 %.2f ms  p99 %.2f ms%n",
                direct.count(),
                direct.quantile(0.5),
                direct.quantile(0.99));
        System.out.printf(
                Locale.ROOT,
                "push to WebSocket client  n=%d  p50 %.2f ms  p99 %.2f ms%n",
                live.count(),
                live.quantile(0.5),
                live.quantile(0.99));
        System.out.printf(
                Locale.ROOT,
                "added by the suite        p50 %.2f ms  p99 %.2f ms%n",
                live.quantile(0.5) - direct.quantile(0.5),
                live.quantile(0.99) - direct.quantile(0.99));
    }

    private WebSocket subscribe(HttpClient http, String url, String token) throws Exception {
        WebSocket socket = http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create(url.replaceFirst("^http", "ws") + "/ws"), new Frames())
                .get(10, TimeUnit.SECONDS);
        socket.sendText(
                        new JsonObject()
                                .put("jsonrpc", "2.0")
                                .put("method", "subscribe")
                                .put("id", 1)
                                .put(
                                        "params",
                                        new JsonObject()
                                                .put("agent_id", AGENT)
                                                .put("mode", "all")
                                                .put("format", "json"))
                                .encode(),
                        true)
                .get(10, TimeUnit.SECONDS);
        return socket;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** Whatever number stands for the push: the same clock, a moment ago. */
    private static double ageMs(double pushedAt) {
        return (LslClock.now() - pushedAt) * 1e3;
    }

    private final class Direct implements InletListener {
        @Override
        public void opened(StreamInfo full, boolean recovered) {}

        @Override
        public void samples(SampleBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                direct.add(ageMs(batch.doubleAt(i, 0)));
            }
        }

        @Override
        public void lost(String reason) {}

        @Override
        public void probe(ClockProbe probe) {}

        @Override
        public void failed(LslException error) {
            System.err.println("inlet failed: " + error.getMessage());
        }
    }

    /** ACP telemetry chunks as JSON; a message may come in parts. */
    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                text.setLength(0);
                read(message.getJsonObject("params", new JsonObject()).getJsonObject("message", new JsonObject()));
            }
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        private void read(JsonObject acp) {
            if (!"telemetry_chunk".equals(acp.getString("type"))) {
                return;
            }
            collect(acp.getJsonObject("payload").getJsonArray("values"));
        }

        /** Rows or columns: with one channel both hold the same numbers. */
        private void collect(JsonArray values) {
            for (Object value : values) {
                if (value instanceof JsonArray nested) {
                    collect(nested);
                } else if (value instanceof Number pushedAt) {
                    live.add(ageMs(pushedAt.doubleValue()));
                }
            }
        }
    }
}
