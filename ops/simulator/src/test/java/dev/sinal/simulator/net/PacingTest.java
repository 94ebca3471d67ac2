package dev.sinal.simulator.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.simulator.Listening;
import dev.sinal.simulator.PrivatePorts;
import dev.sinal.simulator.domain.Sensor;
import dev.sinal.simulator.domain.Sensors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PacingTest {
    private static final long SEED = 11;

    private final PrivatePorts ports = PrivatePorts.find();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Listening listening = new Listening();
    private Vertx vertx;
    private Lsl lsl;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        lsl = Lsl.create(vertx, ports.config());
    }

    @AfterEach
    void close() throws Exception {
        done(lsl.close());
        done(vertx.close());
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Sensor sensor(String id) {
        return Sensors.all(SEED).get(Sensors.IDS.indexOf(id));
    }

    private StreamInfo find(String sourceId) throws Exception {
        return done(lsl.resolve(StreamQuery.parse("source_id='" + sourceId + "'"), 1, Duration.ofSeconds(10)))
                .get(0);
    }

    private void listenTo(Outlet outlet) throws Exception {
        lsl.openInlet(find(outlet.info().sourceId()), InletOptions.defaults(), listening);
        done(outlet.whenConsumers(1));
    }

    private Outlet openOutlet(Sensor sensor) throws Exception {
        return done(lsl.openOutlet(SensorOutlets.describe(sensor, "test"), OutletOptions.defaults()));
    }

    private double counted(String name, String id) {
        return metrics.get(name).tag("sensor", id).counter().count();
    }

    private void awaitSamples(int count) {
        await().until(() -> listening.stamps().size() >= count);
    }

    @Test
    void sendsInRealTimeWithoutAGapAndAlwaysTheSameValues() throws Exception {
        Sensor eeg = sensor("eeg");
        SensorOutlets outlets = done(SensorOutlets.open(vertx, ports.config(), List.of(eeg), "test", metrics));
        lsl.openInlet(find("sinal-demo-test-eeg"), InletOptions.defaults(), listening);
        awaitSamples(1);
        double first = listening.stamps().get(0);
        double until = LslClock.now() + 3;
        await().until(() -> last(listening.stamps()) >= until);
        List<Double> stamps = listening.stamps();
        List<Double> delays = listening.delays();
        assertThat(listening.trouble()).isEmpty();
        done(outlets.close());

        // Nothing comes before it is due, and after three seconds a chunk still comes as fresh as at the start: no
        // drift.
        assertThat(delays).allMatch(delay -> delay > -0.001);
        assertThat(Collections.min(delays.subList(delays.size() / 2, delays.size())))
                .isLessThan(0.1);
        long due = Math.round((until - first) * 250);
        assertThat(stamps.stream().filter(stamp -> stamp <= until).count()).isBetween(due, due + 1);
        for (int i = 1; i < stamps.size(); i++) {
            assertThat(stamps.get(i) - stamps.get(i - 1)).isEqualTo(0.004, within(1e-9));
        }
        assertIndexedFrom(eeg, listening.values());
    }

    private static double last(List<Double> stamps) {
        return stamps.get(stamps.size() - 1);
    }

    /** Finds where the first row is in the sensor's series; all following rows must be there too. */
    private static void assertIndexedFrom(Sensor sensor, List<String> values) {
        int channels = sensor.channels().size();
        int rows = values.size() / channels;
        List<String> series = new ArrayList<>();
        for (float value : (float[]) sensor.values(0, 20_000)) {
            series.add(Float.toString(value));
        }
        int at = Collections.indexOfSubList(series, values.subList(0, channels));
        assertThat(at % channels).isZero();
        assertThat(series.subList(at, at + rows * channels)).isEqualTo(values);
    }

    @Test
    void afterAShortStallEverythingFollowsWithItsOwnStamp() throws Exception {
        Sensor eeg = sensor("eeg");
        Outlet outlet = openOutlet(eeg);
        PacedOutlet paced = new PacedOutlet(eeg, outlet, 100, metrics);
        listenTo(outlet);

        paced.pushDue(100.0); // sample 0
        paced.pushDue(109.0); // samples 1 to 2250

        awaitSamples(2251);
        List<Double> stamps = listening.stamps();
        for (int i = 0; i <= 2250; i++) {
            assertThat(stamps.get(i)).isEqualTo(100 + i / 250.0);
        }
        assertThat(counted("sinal.simulator.skipped", "eeg")).isZero();
    }

    @Test
    void afterALongStallTenSecondsFollowAndTheRestIsCounted() throws Exception {
        Sensor eeg = sensor("eeg");
        Outlet outlet = openOutlet(eeg);
        PacedOutlet paced = new PacedOutlet(eeg, outlet, 100, metrics);
        listenTo(outlet);

        paced.pushDue(100.0); // sample 0
        paced.pushDue(160.0); // 1 to 15000 are due; those up to 12500 are 10 s old or older

        awaitSamples(2501);
        assertThat(listening.stamps()).hasSize(2501);
        assertThat(listening.stamps().get(1)).isEqualTo(100 + 12_501 / 250.0);
        assertThat(counted("sinal.simulator.skipped", "eeg")).isEqualTo(12_500);
        assertThat(counted("sinal.simulator.samples", "eeg")).isEqualTo(2501);
        assertThat(listening.values().subList(8, 16)).isEqualTo(texts((float[]) eeg.values(12_501, 1)));
    }

    private static List<String> texts(float[] values) {
        List<String> texts = new ArrayList<>();
        for (float value : values) {
            texts.add(Float.toString(value));
        }
        return texts;
    }

    @Test
    void theFirstListenerGetsTheLatestSampleAtOnce() throws Exception {
        Sensor temperature = sensor("temp");
        Outlet outlet = openOutlet(temperature);
        PacedOutlet paced = new PacedOutlet(temperature, outlet, 100, metrics);

        paced.pushDue(100.0);
        paced.pushDue(1_003.0); // nobody listens: 180 is the latest, due at 1000
        listenTo(outlet);
        paced.pushDue(1_003.02);
        paced.pushDue(1_005.0);

        awaitSamples(2);
        assertThat(listening.stamps()).containsExactly(1_000.0, 1_005.0);
        assertThat(listening.values()).isEqualTo(texts((float[]) temperature.values(180, 2)));
        assertThat(counted("sinal.simulator.skipped", "temp")).isZero();
    }

    @Test
    void markersAreSentAsText() throws Exception {
        Sensor markers = sensor("markers");
        Outlet outlet = openOutlet(markers);
        PacedOutlet paced = new PacedOutlet(markers, outlet, 100, metrics);
        listenTo(outlet);

        for (double now = 100; now < 180; now += 5) {
            paced.pushDue(now);
        }

        int due = (int) markers.dueBy(75);
        awaitSamples(due);
        assertThat(listening.values()).containsExactly((String[]) markers.values(0, due));
        assertThat(listening.stamps().get(0)).isEqualTo(100 + markers.secondsOf(0));
    }
}
