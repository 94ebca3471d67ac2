package dev.sinal.gateway;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StartReport;
import dev.sinal.contracts.StopReport;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The real gateway and dashboard over made-up agents and signals, to look at while working on the page; run its {@code main} and open the address it
 * prints. Argument: port (0 = any).
 */
public final class DashboardPreview implements AutoCloseable {
    private static final int TICK_MS = 40;
    private static final long KEPT_NS = 60_000_000_000L;

    private final Vertx vertx = Vertx.vertx();
    private final TokenKeys keys = TokenKeys.inMemory();
    private final FakeStore store;
    private final RunningGateway running;
    private final Random random = new Random(7);
    private final Map<String, String> states = new LinkedHashMap<>();
    private final StreamDescriptor eeg;
    private final StreamDescriptor ecg;
    private final StreamDescriptor events;
    private final StreamDescriptor heart;
    private final StreamDescriptor skin;
    private final Map<String, long[]> seqs = new LinkedHashMap<>();
    private final long epoch = System.currentTimeMillis() * 1024;
    private final double[] drift = new double[8];
    private long ticks;
    private long lost;

    public DashboardPreview(int port) {
        vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        store = new FakeStore(vertx);
        store.listen();
        eeg = stream("headset", "eeg", "EEG", "float32", 250, "uV", "Fp1", "Fp2", "C3", "C4", "P7", "P8", "O1", "O2");
        ecg = stream("headset", "ecg", "ECG", "float32", 500, "mV", "II");
        events = stream("headset", "events", "Markers", "string", 0, "", "marker");
        heart = stream("vitals", "heart_rate", "HeartRate", "float32", 1, "bpm", "heart_rate");
        skin = stream("vitals", "temperature", "Temperature", "float32", 0.2, "degC", "skin", "room");
        states.put("abc123", "running");
        states.put("headset", "running");
        states.put("lab-<b>left</b>", "waiting");
        states.put("vitals", "running");
        for (StreamDescriptor stream : List.of(eeg, ecg, events, heart, skin)) {
            store.add(stream);
            seqs.put(stream.id(), new long[] {1});
        }
        store.logs.add(log("info", "agent started by operator"));
        store.logs.add(log("info", "stream bound: eeg (sinal-demo-1-eeg)"));
        store.logs.add(log("warn", "gap of 0.62 s in ecg: disconnected; 310 samples are missing"));
        Proxies.serve(vertx, AgentManager.class, Addresses.AGENTS, agents());
        Proxies.serve(vertx, TelemetryStore.class, Addresses.STORE, store);
        NodeContext context =
                new NodeContext(vertx, "node-1", "preview", Path.of("."), new SimpleMeterRegistry(), new Health());
        running = (RunningGateway) Gateway.await(new ApiGatewayModule(keys)
                .configure(Settings.of(Map.of("http.port", Integer.toString(port))))
                .start(context));
        vertx.setPeriodic(TICK_MS, timer -> tick());
        vertx.setPeriodic(1_000, timer -> second(heart));
        vertx.setPeriodic(5_000, timer -> second(skin));
        vertx.setPeriodic(3_700, timer -> marker());
    }

    public static void main(String[] args) {
        DashboardPreview preview = new DashboardPreview(args.length == 0 ? 0 : Integer.parseInt(args[0]));
        System.out.println(preview.url("operator"));
    }

    String url(String role) {
        return "http://127.0.0.1:" + running.port() + "/#token=" + token(role);
    }

    String token(String role) {
        return keys.sign(role + "-1", role, Duration.ofHours(1));
    }

    private static LogEntry log(String level, String message) {
        return new LogEntry(1L, "headset", UtcNanos.now(), level, "lsl-ingest", message, null);
    }

    private static StreamDescriptor stream(
            String agent, String name, String type, String format, double rate, String unit, String... labels) {
        List<ChannelDescriptor> channels = new ArrayList<>();
        for (String label : labels) {
            channels.add(new ChannelDescriptor(label, label, unit, "stream", type, null, null));
        }
        return new StreamDescriptor(
                agent + "-" + name,
                agent,
                name,
                name,
                type,
                "src",
                "host",
                "uid",
                "session",
                format,
                rate,
                null,
                channels);
    }

    private void tick() {
        if (!"running".equals(states.get("headset"))) {
            return;
        }
        publish(eeg, block(eeg, 10, 4_000_000, (c, i, seq) -> {
            double t = seq / 250.0;
            drift[c] += random.nextGaussian() * 0.9 - drift[c] * 0.01;
            double alpha = c >= 4 ? 22 : 7;
            double waxing = 0.55 + 0.45 * Math.sin(2 * Math.PI * 0.11 * t + c);
            double blink = c < 2 ? 130 * Math.exp(-Math.pow((t % 6.3 - 2) / 0.09, 2)) : 0;
            return drift[c] * 6
                    + alpha * waxing * Math.sin(2 * Math.PI * 10.2 * t + c * 0.4)
                    + random.nextGaussian() * 3.5
                    + blink;
        }));
        if (++ticks % 600 >= 584) {
            // The outlet is silent for a while: no samples, no seq, but time goes on.
            lost += 20;
            if (ticks % 600 == 599) {
                gap();
            }
            return;
        }
        publish(ecg, block(ecg, 20, 2_000_000, (c, i, s) -> beat(s / 500.0 % 0.85) + random.nextGaussian() * 0.008));
    }

    private static double beat(double t) {
        return bump(t, 0.20, 0.025, 0.12)
                + bump(t, 0.325, 0.010, -0.12)
                + bump(t, 0.35, 0.011, 1.05)
                + bump(t, 0.375, 0.010, -0.24)
                + bump(t, 0.58, 0.045, 0.28);
    }

    private static double bump(double t, double at, double width, double height) {
        return height * Math.exp(-Math.pow((t - at) / width, 2) / 2);
    }

    private void gap() {
        long now = epoch / 1024 * 1_000_000 + (seqs.get(ecg.id())[0] + lost) * 2_000_000;
        GapRecord gap =
                new GapRecord(ecg.id(), "ecg", "headset", epoch, now - 620_000_000L, now, 310L, "disconnected", null);
        store.gaps.add(gap);
        vertx.eventBus()
                .publish(
                        Addresses.event(AcpMessage.STREAM_GAP),
                        AcpMessage.now(AcpMessage.STREAM_GAP, Wire.write(gap)).toJson());
    }

    private void second(StreamDescriptor stream) {
        if ("running".equals(states.get("vitals"))) {
            publish(
                    stream,
                    block(
                            stream,
                            1,
                            0,
                            (c, i, seq) -> stream == heart
                                    ? 68 + 4 * Math.sin(seq / 9.0) + random.nextGaussian()
                                    : (c == 0 ? 33.4 : 21.8) + 0.2 * Math.sin(seq / 7.0)));
        }
    }

    private void marker() {
        if ("running".equals(states.get("headset"))) {
            String[] labels = {"stimulus/left", "stimulus/right", "response", "<img src=x onerror=alert(1)>"};
            long seq = seqs.get(events.id())[0]++;
            publish(
                    events,
                    new SampleBlock(
                            events.id(),
                            epoch,
                            seq,
                            TimeBasis.LSL,
                            new long[] {UtcNanos.now()},
                            null,
                            List.of(new TextColumn(new String[] {labels[(int) (seq % labels.length)]}))));
        }
    }

    private interface Signal {
        double at(int channel, int i, long seq);
    }

    private SampleBlock block(StreamDescriptor stream, int count, long periodNs, Signal signal) {
        long first = seqs.get(stream.id())[0];
        seqs.get(stream.id())[0] += count;
        long[] stamps = new long[count];
        long base = periodNs == 0
                ? UtcNanos.now()
                : epoch / 1024 * 1_000_000 + (first + (stream == ecg ? lost : 0)) * periodNs;
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < stream.channels().size(); c++) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) signal.at(c, i, first + i);
                stamps[i] = base + i * periodNs;
            }
            columns.add(new FloatColumn(values));
        }
        return new SampleBlock(stream.id(), epoch, first, TimeBasis.LSL, stamps, null, columns);
    }

    private void publish(StreamDescriptor stream, SampleBlock block) {
        byte[] chunk = ChunkEncoder.encode(block, Codecs.RAW);
        vertx.eventBus()
                .publish(
                        Addresses.live(stream.agentId()),
                        new Envelope(Wire.write(new LiveMeta("preview", epoch, stream)), Buffer.buffer(chunk))
                                .toBuffer());
        store.add(stream, chunk);
        long oldest = UtcNanos.now() - KEPT_NS;
        store.chunks.removeIf(stored -> stored.header().maxTimestamp() < oldest);
    }

    private AgentStatus status(String id) {
        String state = states.get(id);
        List<StreamStatus> streams = new ArrayList<>();
        for (StreamDescriptor stream : List.of(eeg, ecg, events, heart, skin)) {
            if (stream.agentId().equals(id) && state.equals("running")) {
                streams.add(new StreamStatus(
                        stream.id(),
                        stream.name(),
                        "running",
                        stream.nominalRate() * (1 + random.nextGaussian() * 0.0006),
                        stream.nominalRate(),
                        0.3,
                        UtcNanos.now(),
                        stream == ecg ? store.gaps.size() : 0,
                        new StreamStatus.Clock(0.000412, 0.00018),
                        null,
                        null));
            }
        }
        List<WaitingFor> waiting = state.equals("waiting")
                ? List.of(new WaitingFor("type='EEG' and hostname='left'", "not_found", List.of()))
                : List.of();
        return new AgentStatus(
                id,
                id.equals("abc123") ? "external" : "lsl",
                state,
                UtcNanos.now(),
                null,
                "preview",
                1,
                0,
                waiting,
                streams);
    }

    private AgentManager agents() {
        return (AgentManager) Proxy.newProxyInstance(
                AgentManager.class.getClassLoader(),
                new Class<?>[] {AgentManager.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "list" ->
                        Future.succeededFuture(
                                states.keySet().stream().map(this::status).toList());
                    case "status" ->
                        states.containsKey(String.valueOf(args[0]))
                                ? Future.succeededFuture(status(String.valueOf(args[0])))
                                : RpcError.NOT_FOUND.fail("no agent");
                    case "start" -> {
                        String id = Wire.write(args[0]).getString("agent_id");
                        change(id, "running");
                        yield Future.succeededFuture(new StartReport(id, "started", "running", true, List.of()));
                    }
                    case "stop" -> {
                        String id = Wire.write(args[0]).getString("agent_id");
                        change(id, "stopped");
                        yield Future.succeededFuture(new StopReport(id, "stopped", "stopped", true, Map.of(), 0));
                    }
                    default -> RpcError.UNAVAILABLE.fail("not in the preview");
                });
    }

    private void change(String id, String state) {
        states.put(id, state);
        store.logs.add(log("info", "agent is " + state));
        vertx.eventBus()
                .publish(
                        Addresses.event(AcpMessage.AGENT_STATUS),
                        AcpMessage.now(
                                        AcpMessage.AGENT_STATUS,
                                        new JsonObject().put("agent_id", id).put("state", state))
                                .toJson());
    }

    @Override
    public void close() {
        Gateway.await(running.stop());
        Gateway.await(vertx.close());
    }
}
