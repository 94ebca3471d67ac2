package dev.sinal.analytics.bus;

import static dev.sinal.analytics.bus.Samples.SECOND;
import static dev.sinal.analytics.bus.Samples.every;
import static dev.sinal.analytics.bus.Samples.store;
import static dev.sinal.analytics.bus.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.analytics.AnalyticsModule;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AnalysisRequest;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.RecommendRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.testkit.MemoryStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyticsServiceTest {
    private static final long MAY = UtcNanos.parse("2025-05-01");
    private static final int N = 600;

    private final Vertx vertx = Vertx.vertx();
    private final MemoryStore memory = new MemoryStore(vertx);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private SinalModule.Running module;
    private Analytics analytics;
    private double[] heartRate;
    private double[] temperature;

    @TempDir
    Path dir;

    @BeforeEach
    void start() throws Exception {
        var random = new Random(42);
        heartRate = new double[N];
        temperature = new double[N];
        for (int i = 0; i < N; i++) {
            heartRate[i] = 60 + 0.01 * i + random.nextGaussian();
            temperature[i] = 36 + 0.02 * heartRate[i] + 0.05 * random.nextGaussian();
        }
        store(
                memory,
                stream("abc123", "main", "external", 0, "heart_rate", "temperature"),
                1,
                every(MAY, SECOND, N),
                heartRate,
                temperature);
        await(memory.start());
        module = await(new AnalyticsModule()
                .configure(Settings.of(Map.of("analytics.maxValues", "20000")))
                .start(new NodeContext(vertx, "n", "node", dir, metrics, new Health())));
        analytics = Proxies.of(vertx, Analytics.class, Addresses.ANALYTICS, Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() throws Exception {
        await(module.stop());
        Awaitility.await().untilAsserted(() -> assertThat(memory.openCursors()).isZero());
        await(vertx.close());
    }

    @Test
    void theMissionsCorrelationTemplateWorksVerbatim() throws Exception {
        JsonObject answer = run("""
                {"analysis_type": "correlation", "variables": ["heart_rate", "temperature"],
                 "filters": {"agent_id": "abc123", "start_date": "2025-05-01", "end_date": "2025-05-14"}}
                """);

        JsonObject result = answer.getJsonObject("result");
        assertThat(result.getDouble("coefficient")).isEqualTo(plainPearson(heartRate, temperature), within(1e-13));
        assertThat(result.getString("statistic_name")).isEqualTo("t");
        assertThat(result.getInteger("n")).isEqualTo(N);
        assertThat(result.getInteger("df")).isEqualTo(N - 2);
        assertThat(result.getDouble("p_value")).isBetween(0.0, 1e-6);
        assertThat(result.getJsonArray("confidence_interval")).hasSize(2);
        assertThat(answer.getString("method")).isEqualTo("pearson");
        assertThat(answer.getJsonObject("alignment"))
                .isEqualTo(new JsonObject("{\"rule\": \"sample\", \"n_before\": 600, \"n_dropped\": 0}"));
    }

    private static StreamDescriptor identity(String id, String name, String format) {
        StreamDescriptor like = stream("ward", name, "HR", 1, "bpm");
        return new StreamDescriptor(
                id, "ward", name, name, "HR", id, "host", "uid", "session", format, 1, null, like.channels());
    }

    @Test
    void aReplacedDeviceIsOneSeriesAndTwoAtOnceAreNot() throws Exception {
        store(memory, identity("h1", "hr", "double64"), 1, every(MAY, SECOND, 2), new double[] {60, 62});
        store(memory, identity("h2", "hr", "double64"), 2, every(MAY + 10 * SECOND, SECOND, 3), new double[] {70, 72, 74
        });
        store(memory, identity("p1", "pulse", "double64"), 3, every(MAY, SECOND, 5), new double[] {1, 2, 3, 4, 5});
        store(memory, identity("p2", "pulse", "double64"), 4, every(MAY + SECOND, SECOND, 5), new double[] {
            1, 2, 3, 4, 6
        });

        JsonObject both = run("{\"analysis_type\": \"describe\", \"variables\": [\"hr/bpm\", \"h1/bpm\"],"
                        + " \"filters\": {\"agent_id\": \"ward\"}}")
                .getJsonObject("result");
        assertThat(both.getJsonObject("hr/bpm").getInteger("n")).isEqualTo(5);
        assertThat(both.getJsonObject("hr/bpm").getDouble("mean")).isEqualTo(67.6, within(1e-12));
        assertThat(both.getJsonObject("h1/bpm").getInteger("n")).isEqualTo(2);
        assertThat(both.getJsonObject("h1/bpm").getDouble("max")).isEqualTo(62);

        Throwable atOnce = catchThrowable(() -> run("{\"analysis_type\": \"describe\", \"variables\": [\"pulse/bpm\"],"
                + " \"filters\": {\"agent_id\": \"ward\"}}"));
        assertThat(atOnce).hasMessageContaining("at the same time").hasMessageContaining("p1/bpm or p2/bpm");
        assertThat(run("{\"analysis_type\": \"describe\", \"filters\": {\"agent_id\": \"ward\"}}")
                        .getJsonObject("result")
                        .fieldNames())
                .containsExactlyInAnyOrder("hr/bpm", "p1/bpm", "p2/bpm");
    }

    @Test
    void theMissionsTrendTemplateWorksVerbatimUnderEveryName() throws Exception {
        for (String name : List.of("\"metric\"", "\"variable\"")) {
            JsonObject answer = run("{\"analysis_type\": \"trend\", " + name
                    + ": \"heart_rate\", \"window_size\": 60, \"filters\": {\"agent_id\": \"abc123\","
                    + " \"start_date\": \"2025-05-01\", \"end_date\": \"2025-05-14\"}}");
            JsonObject result = answer.getJsonObject("result");
            JsonArray values = result.getJsonArray("values");
            assertThat(values).hasSize(N - 59);
            JsonObject first = values.getJsonObject(0);
            assertThat(first.getString("timestamp")).isEqualTo("2025-05-01T00:00:59.000000000Z");
            assertThat(first.getString("from")).isEqualTo("2025-05-01T00:00:00.000000000Z");
            assertThat(first.getDouble("value"))
                    .isEqualTo(Arrays.stream(heartRate).limit(60).average().orElseThrow(), within(1e-12));
            assertThat(first.getInteger("n")).isEqualTo(60);
            assertThat(result.getDouble("slope")).isEqualTo(0.01, within(0.001));
            assertThat(result.getDouble("slope_per_sample")).isEqualTo(result.getDouble("slope"), within(1e-14));
            assertThat(result.getString("t0")).isEqualTo("2025-05-01T00:00:00.000000000Z");
        }
    }

    @Test
    void describeAnswersByVariable() throws Exception {
        JsonObject answer = run("{\"analysis_type\": \"describe\", \"filters\": {\"agent_id\": \"abc123\"}}");

        JsonObject result = answer.getJsonObject("result");
        assertThat(result.fieldNames()).containsExactlyInAnyOrder("heart_rate", "temperature");
        assertThat(result.getJsonObject("heart_rate").getInteger("n")).isEqualTo(N);
        assertThat(result.getJsonObject("heart_rate").getJsonArray("quantiles")).hasSize(5);
    }

    @Test
    void endDateIsTheStartOfThatDayAndExclusive() throws Exception {
        assertThat(
                        refused(
                                "{\"analysis_type\": \"trend\", \"metric\": \"heart_rate\", \"filters\": {\"agent_id\": \"abc123\", \"end_date\": \"2025-05-01\"}}"))
                .satisfies(e -> assertThat(RpcError.data(e).getString("code")).isEqualTo("too_few_points"));
        JsonObject answer = run(
                "{\"analysis_type\": \"describe\", \"metric\": \"heart_rate\", \"filters\": {\"agent_id\": \"abc123\", \"start_date\": \"2025-05-01T00:00:10Z\", \"end_date\": \"2025-05-01T02:00:20+02:00\"}}");
        assertThat(answer.getJsonObject("result").getJsonObject("heart_rate").getInteger("n"))
                .isEqualTo(10);
    }

    @Test
    void theReceiptsDataAreTheValuesAndTheirHash() throws Exception {
        JsonObject answer = run(
                "{\"analysis_type\": \"correlation\", \"variables\": [\"heart_rate\", \"temperature\"], \"filters\": {\"agent_id\": \"abc123\"}}");
        String id = answer.getString("id");
        JsonObject data = answer.getJsonObject("receipt").getJsonObject("data");
        StringBuilder csv = new StringBuilder();
        JsonObject part;
        int number = 0;
        do {
            part = await(analytics.data(id, number++));
            csv.append(part.getString("text"));
        } while (!part.getBoolean("end"));
        String[] lines = csv.toString().split("\r\n");

        assertThat(data.getString("url")).isEqualTo("/analysis/results/" + id + "/data");
        assertThat(lines[0]).isEqualTo("timestamp,heart_rate,temperature");
        assertThat(lines).hasSize(N + 1);
        ByteBuffer canonical = ByteBuffer.allocate(N * 24).order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 1; column <= 2; column++) {
            for (int i = 1; i <= N; i++) {
                canonical.putDouble(Double.parseDouble(lines[i].split(",")[column]));
            }
        }
        for (int i = 1; i <= N; i++) {
            canonical.putLong(UtcNanos.parse(lines[i].split(",")[0]));
        }
        assertThat(data.getString("sha256"))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical.array())));
        assertThat(await(analytics.result(id))).isEqualTo(answer);
    }

    @Test
    void equalQuestionsAreComputedOnceUntilTheDataChange() throws Exception {
        String template =
                "{\"analysis_type\": \"describe\", \"metric\": \"heart_rate\", \"filters\": {\"agent_id\": \"abc123\"}}";
        Future<JsonObject> one = analytics.run(new AnalysisRequest(new JsonObject(template), null));
        Future<JsonObject> two = analytics.run(new AnalysisRequest(new JsonObject(template), null));
        String id = await(one).getString("id");
        assertThat(await(two).getString("id")).isEqualTo(id);
        assertThat(run(template).getString("id")).isEqualTo(id);
        assertThat(memory.readsOpened()).isEqualTo(1);

        store(
                memory,
                stream("abc123", "main", "external", 0, "heart_rate", "temperature"),
                1,
                every(MAY + 1000 * SECOND, SECOND, 5),
                new double[] {1, 2, 3, 4, 5},
                new double[] {1, 2, 3, 4, 5});
        assertThat(run(template).getString("id")).isNotEqualTo(id);
        assertThat(memory.readsOpened()).isEqualTo(2);
    }

    @Test
    void aResultIsPublished() throws Exception {
        CompletableFuture<JsonObject> seen = new CompletableFuture<>();
        await(vertx.eventBus()
                .<JsonObject>consumer("acp.v1.analysis_result", message -> seen.complete(message.body()))
                .completion());
        JsonObject answer = run(
                "{\"analysis_type\": \"trend\", \"metric\": \"heart_rate\", \"filters\": {\"agent_id\": \"abc123\"}}");

        JsonObject event = seen.get(10, TimeUnit.SECONDS);
        assertThat(event.getString("type")).isEqualTo("analysis_result");
        assertThat(event.getJsonObject("payload").getString("id")).isEqualTo(answer.getString("id"));
        assertThat(event.getJsonObject("payload").getJsonObject("result").containsKey("values"))
                .isFalse();
    }

    @Test
    void streamsOfDifferentRatesMeetOnTheSlowestGrid() throws Exception {
        StreamDescriptor fast = stream("lab", "ppg", "HR", 1, "heart_rate");
        StreamDescriptor slow = stream("lab", "skin", "Temperature", 0.2, "temperature");
        store(memory, fast, 1, every(MAY, SECOND, N), heartRate);
        double[] every5 = new double[N / 5];
        Arrays.setAll(every5, i -> heartRate[5 * i] / 2);
        store(memory, slow, 1, every(MAY, 5 * SECOND, N / 5), every5);

        JsonObject answer = run(
                "{\"analysis_type\": \"correlation\", \"variables\": [\"heart_rate\", \"skin/temperature\"], \"filters\": {\"agent_id\": \"lab\"}}");
        JsonObject alignment = answer.getJsonObject("alignment");
        assertThat(alignment.getString("rule")).isEqualTo("window_mean");
        assertThat(alignment.getDouble("step_s")).isEqualTo(5);
        // One more cell holds the fast samples behind the last slow one.
        assertThat(alignment.getInteger("n_before")).isBetween(120, 121);
        assertThat(answer.getJsonObject("result").getInteger("n")).isEqualTo(120);

        JsonObject nearest = run(
                "{\"analysis_type\": \"correlation\", \"variables\": [\"heart_rate\", \"skin/temperature\"], \"alignment\": {\"rule\": \"nearest\"}, \"filters\": {\"agent_id\": \"lab\"}}");
        assertThat(nearest.getJsonObject("result").getDouble("coefficient")).isEqualTo(1, within(1e-12));
    }

    @Test
    void windowsStopAtGaps() throws Exception {
        StreamDescriptor descriptor = stream("lab", "ppg", "HR", 1, "heart_rate");
        long later = MAY + 500 * SECOND;
        store(memory, descriptor, 1, every(MAY, SECOND, 100), Arrays.copyOf(heartRate, 100));
        store(memory, descriptor, 2, every(later, SECOND, 100), Arrays.copyOfRange(heartRate, 100, 200));
        memory.add(
                new GapRecord(descriptor.id(), "ppg", "lab", 1, MAY + 99 * SECOND, later, 400L, "disconnected", null));

        JsonObject answer = run(
                "{\"analysis_type\": \"trend\", \"metric\": \"heart_rate\", \"window_size\": 60, \"filters\": {\"agent_id\": \"lab\"}}");
        assertThat(answer.getJsonObject("result").getJsonArray("values")).hasSize(2 * 41);
        JsonObject receipt = answer.getJsonObject("receipt");
        assertThat(receipt.getJsonArray("gaps").getJsonObject(0).getString("cause"))
                .isEqualTo("disconnected");
        assertThat(receipt.getJsonArray("epochs")).hasSize(2);
    }

    @Test
    void badTemplatesNameTheField() {
        assertThat(pointer("{\"analysis_type\": \"corelation\"}")).isEqualTo("/analysis_type");
        assertThat(refused("{\"analysis_type\": \"corelation\"}")).hasMessageContaining("did you mean correlation?");
        assertThat(pointer("{\"analysis_type\": \"trend\", \"metric\": \"x\", \"window_sice\": 5}"))
                .isEqualTo("/window_sice");
        assertThat(refused("{\"analysis_type\": \"trend\", \"metric\": \"x\", \"window_sice\": 5}"))
                .hasMessageContaining("did you mean window_size?");
        assertThat(pointer("{\"analysis_type\": \"trend\", \"metric\": 5}")).isEqualTo("/metric");
        assertThat(pointer("{\"analysis_type\": \"trend\", \"metric\": \"x\", \"window_size\": 0}"))
                .isEqualTo("/window_size");
        assertThat(pointer("{\"analysis_type\": \"correlation\", \"variables\": [\"x\"]}"))
                .isEqualTo("/variables");
        assertThat(
                        pointer(
                                "{\"analysis_type\": \"describe\", \"filters\": {\"agent_id\": \"abc123\", \"start_date\": \"2025-05-01T00:00\"}}"))
                .isEqualTo("/filters/start_date");
        assertThat(
                        pointer(
                                "{\"analysis_type\": \"describe\", \"filters\": {\"start_date\": \"2025-05-02\", \"end_date\": \"2025-05-01\"}}"))
                .isEqualTo("/filters/end_date");
        assertThat(pointer("{\"analysis_type\": \"describe\", \"filters\": {\"agent\": \"abc123\"}}"))
                .isEqualTo("/filters/agent");
    }

    @Test
    void unknownNamesComeWithNearMatchesAndCandidates() {
        assertThat(
                        refused(
                                "{\"analysis_type\": \"trend\", \"metric\": \"heartrate\", \"filters\": {\"agent_id\": \"abc123\"}}"))
                .satisfies(e -> {
                    assertThat(e.failureCode()).isEqualTo(RpcError.INVALID_PARAMS.code());
                    assertThat(RpcError.data(e).getJsonArray("near_matches")).containsExactly("heart_rate");
                });
        assertThat(refused("{\"analysis_type\": \"trend\", \"metric\": \"heart_rate\"}"))
                .satisfies(e ->
                        assertThat(RpcError.data(e).getJsonArray("candidates")).containsExactly("abc123"));
        assertThat(refused("{\"analysis_type\": \"describe\", \"filters\": {\"agent_id\": \"nobody\"}}")
                        .failureCode())
                .isEqualTo(RpcError.NOT_FOUND.code());
        store(memory, stream("abc123", "other", "HR", 1, "heart_rate"), 1, every(MAY, SECOND, 3), new double[] {1, 2, 3
        });
        assertThat(
                        refused(
                                "{\"analysis_type\": \"trend\", \"metric\": \"heart_rate\", \"filters\": {\"agent_id\": \"abc123\"}}"))
                .satisfies(e -> {
                    assertThat(RpcError.data(e).getString("code")).isEqualTo("ambiguous_metric");
                    assertThat(RpcError.data(e).getJsonArray("candidates"))
                            .containsExactlyInAnyOrder("main/heart_rate", "other/heart_rate");
                });
    }

    @Test
    void impossibleRequestsAreRefusedWithTheirCode() {
        assertThat(code("{\"analysis_type\": \"hrv\"}")).isEqualTo("unsupported");
        assertThat(
                        code(
                                "{\"analysis_type\": \"correlation\", \"method\": \"kendall\", \"variables\": [\"a\", \"b\"], \"filters\": {\"agent_id\": \"abc123\"}}"))
                .isEqualTo("unsupported");
        double[] flat = new double[50];
        double[] rest = new double[50];
        Arrays.setAll(rest, i -> i);
        store(memory, stream("flat", "main", "external", 0, "x", "y"), 1, every(MAY, SECOND, 50), flat, rest);
        assertThat(
                        code(
                                "{\"analysis_type\": \"correlation\", \"variables\": [\"x\", \"y\"], \"filters\": {\"agent_id\": \"flat\"}}"))
                .isEqualTo("constant_series");
        double[] odd = {1, Double.NaN, 2, Double.NaN};
        double[] even = {Double.NaN, 1, Double.NaN, 2};
        store(memory, stream("apart", "main", "external", 0, "x", "y"), 1, every(MAY, SECOND, 4), odd, even);
        assertThat(
                        code(
                                "{\"analysis_type\": \"correlation\", \"variables\": [\"x\", \"y\"], \"filters\": {\"agent_id\": \"apart\"}}"))
                .isEqualTo("no_overlap");
    }

    @Test
    void textsAreRefusedWhenNamedAndSkippedWhenNot() throws Exception {
        StreamDescriptor descriptor = stream("mixed", "main", "external", 0, "x", "state");
        memory.add(
                descriptor,
                new SampleBlock(
                        descriptor.id(),
                        1,
                        1,
                        TimeBasis.CLIENT,
                        every(MAY, SECOND, 3),
                        null,
                        List.of(
                                new DoubleColumn(new double[] {1, 2, 4}),
                                new TextColumn(new String[] {"rest", "run", "rest"}))));

        assertThat(
                        code(
                                "{\"analysis_type\": \"describe\", \"variables\": [\"x\", \"state\"], \"filters\": {\"agent_id\": \"mixed\"}}"))
                .isEqualTo("non_numeric_metric");
        JsonObject all = run("{\"analysis_type\": \"describe\", \"filters\": {\"agent_id\": \"mixed\"}}");
        assertThat(all.getJsonObject("result").fieldNames()).containsExactly("x");
        assertThat(all.getJsonArray("warnings").getJsonObject(0).getString("code"))
                .isEqualTo("no_values");
    }

    @Test
    void aNewMetricOfAnExternalAgentInterruptsNothing() throws Exception {
        store(memory, stream("grow", "main", "external", 0, "x"), 1, every(MAY, SECOND, 5), new double[] {1, 2, 3, 4, 6
        });
        store(
                memory,
                stream("grow", "main", "external", 0, "x", "y"),
                2,
                every(MAY + 5 * SECOND, SECOND, 3),
                new double[] {5, 6, Double.NaN},
                new double[] {1, 2, 3});

        JsonObject answer = run(
                "{\"analysis_type\": \"trend\", \"metric\": \"x\", \"window_size\": 7, \"filters\": {\"agent_id\": \"grow\"}}");
        assertThat(answer.getJsonObject("result").getJsonArray("values")).hasSize(1);
        assertThat(answer.getJsonArray("warnings")).isEmpty();
        JsonObject described =
                run("{\"analysis_type\": \"describe\", \"variables\": [\"y\"], \"filters\": {\"agent_id\": \"grow\"}}");
        assertThat(described.getJsonObject("result").getJsonObject("y").getInteger("missing"))
                .isZero();
    }

    @Test
    void moreValuesThanAllowedStateTheLimit() {
        store(memory, stream("big", "main", "HR", 100, "x"), 1, every(MAY, SECOND / 100, 25_000), new double[25_000]);
        ServiceException refusal = refused("{\"analysis_type\": \"describe\", \"filters\": {\"agent_id\": \"big\"}}");

        assertThat(refusal.failureCode()).isEqualTo(RpcError.TOO_LARGE.code());
        assertThat(RpcError.data(refusal).getInteger("limit")).isEqualTo(20_000);
    }

    @Test
    void recommendationsComeFromBackTests() throws Exception {
        JsonObject answer =
                await(analytics.recommend(new RecommendRequest("abc123", "heart_rate", null, null, null, null)));

        JsonObject best = answer.getJsonArray("recommended_models").getJsonObject(0);
        assertThat(best.getString("model")).isEqualTo("SES");
        assertThat(best.getDouble("score"))
                .isLessThan(answer.getJsonObject("baseline").getDouble("score"));
        assertThat(answer.getBoolean("beats_baseline")).isTrue();
        assertThat(best.getJsonObject("parameters").getDouble("alpha")).isBetween(0.0, 1.0);
        assertThat(answer.getJsonArray("leaderboard")).hasSize(3);
        assertThat(answer.getInteger("n_origins")).isEqualTo(20);
        assertThat(answer.getJsonObject("series").getDouble("step_s")).isEqualTo(2);
        assertThat(answer.getJsonObject("features").getDouble("trend_strength")).isBetween(0.5, 1.0);

        JsonObject all = await(analytics.recommend(new RecommendRequest("abc123", null, null, null, null, null)));
        assertThat(all.getJsonArray("metrics")).hasSize(2);
    }

    @Test
    void rawBiosignalsAndShortSeriesAreRefusedWithAReason() throws Exception {
        store(memory, stream("eeg", "cap", "EEG", 250, "Fz"), 1, every(MAY, 4_000_000, 100), new double[100]);
        JsonObject raw = await(analytics.recommend(new RecommendRequest("eeg", "Fz", null, null, null, null)));
        assertThat(raw.getJsonArray("recommended_models")).isEmpty();
        assertThat(raw.getJsonObject("refusal").getString("code")).isEqualTo("raw_biosignal");

        store(memory, stream("short", "main", "external", 0, "x"), 1, every(MAY, SECOND, 5), new double[] {1, 2, 3, 4, 6
        });
        JsonObject few = await(analytics.recommend(new RecommendRequest("short", null, null, null, null, null)));
        assertThat(few.getJsonObject("refusal").getString("code")).isEqualTo("too_few_points");

        StreamDescriptor texts = stream("words", "main", "external", 0, "state");
        memory.add(
                texts,
                new SampleBlock(
                        texts.id(),
                        1,
                        1,
                        TimeBasis.CLIENT,
                        every(MAY, SECOND, 1),
                        null,
                        List.of(new TextColumn(new String[] {"a"}))));
        JsonObject words = await(analytics.recommend(new RecommendRequest("words", "state", null, null, null, null)));
        assertThat(words.getJsonObject("refusal").getString("code")).isEqualTo("non_numeric_metric");
    }

    private JsonObject run(String template) throws Exception {
        return await(analytics.run(new AnalysisRequest(new JsonObject(template), null)));
    }

    private ServiceException refused(String template) {
        Throwable failure = catchThrowable(() -> run(template));
        assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(ServiceException.class);
        return (ServiceException) failure.getCause();
    }

    private String pointer(String template) {
        return RpcError.data(refused(template))
                .getJsonArray("errors")
                .getJsonObject(0)
                .getString("pointer");
    }

    private String code(String template) {
        ServiceException refusal = refused(template);
        assertThat(refusal.failureCode()).isEqualTo(RpcError.IMPOSSIBLE.code());
        return RpcError.data(refusal).getString("code");
    }

    private static double plainPearson(double[] x, double[] y) {
        double mx = Arrays.stream(x).average().orElseThrow();
        double my = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - mx) * (y[i] - my);
            xx += (x[i] - mx) * (x[i] - mx);
            yy += (y[i] - my) * (y[i] - my);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
