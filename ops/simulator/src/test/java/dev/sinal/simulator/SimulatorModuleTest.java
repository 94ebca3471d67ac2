package dev.sinal.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelInfo;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule.Running;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulatorModuleTest {
    private final PrivatePorts ports = PrivatePorts.find();
    private final Health health = new Health();

    @TempDir
    private Path folder;

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

    private Running start(Map<String, String> more) throws Exception {
        Map<String, String> flags = new HashMap<>(more);
        flags.put("lsl.loopback", "true");
        flags.put("lsl.multicastPort", Integer.toString(ports.base()));
        flags.put("lsl.basePort", Integer.toString(ports.base() + 1));
        flags.put("lsl.portRange", Integer.toString(PrivatePorts.RANGE));
        flags.put("lsl.sessionId", ports.session());
        Settings settings = Settings.of(flags);
        var starter = new SimulatorModule().configure(settings);
        settings.refuseUnknown();
        return done(starter.start(new NodeContext(vertx, "n1", "test", folder, new SimpleMeterRegistry(), health)));
    }

    private List<StreamInfo> find(String query, int atLeast, Duration longest) throws Exception {
        return done(lsl.resolve(StreamQuery.parse(query), atLeast, longest));
    }

    private StreamInfo described(String id) throws Exception {
        String query = "source_id='sinal-demo-lab_1-" + id + "'";
        return done(lsl.fullInfo(find(query, 1, Duration.ofSeconds(10)).get(0)));
    }

    @Test
    void everySensorIsFoundByItsSourceIdAndSaysWhatItIs() throws Exception {
        Running running = start(Map.of("simulator.instance", "lab_1"));
        StreamInfo eeg = described("eeg");
        StreamInfo markers = described("markers");

        assertThat(eeg.name()).isEqualTo("Sinal EEG");
        assertThat(eeg.type()).isEqualTo("EEG");
        assertThat(eeg.nominalRate()).isEqualTo(250);
        assertThat(eeg.desc().childText("manufacturer")).isEqualTo("Sinal simulator");
        assertThat(eeg.channels())
                .extracting(ChannelInfo::label)
                .containsExactly("Fp1", "Fp2", "C3", "C4", "P7", "P8", "O1", "O2");
        assertThat(eeg.channels()).extracting(ChannelInfo::unit).containsOnly("microvolts");
        assertThat(described("ecg").nominalRate()).isEqualTo(500);
        assertThat(described("ecg").channels()).containsExactly(new ChannelInfo("ecg", "millivolts", "ECG"));
        assertThat(described("hr").channels()).containsExactly(new ChannelInfo("heart_rate", "bpm", "HR"));
        assertThat(described("temp").channels()).containsExactly(new ChannelInfo("temperature", "°C", "Temperature"));
        assertThat(described("temp").nominalRate()).isEqualTo(0.2);
        assertThat(markers.nominalRate()).isZero();
        assertThat(markers.format().isText()).isTrue();
        assertThat(health.ready()).isTrue();

        done(running.stop());
        assertThat(find("starts-with(name,'Sinal')", 1, Duration.ofMillis(700))).isEmpty();
        assertThat(health.statuses()).isEmpty();
    }

    @Test
    void everySensorIsHeardSoonAfterItIsFound() throws Exception {
        Running running = start(Map.of());
        Map<String, Listening> heard = new HashMap<>();
        for (StreamInfo info : find("starts-with(source_id,'sinal-demo-default-')", 5, Duration.ofSeconds(10))) {
            Listening listening = new Listening();
            heard.put(info.sourceId(), listening);
            lsl.openInlet(info, InletOptions.defaults(), listening);
        }

        assertThat(heard).hasSize(5);
        await().until(() ->
                heard.values().stream().noneMatch(one -> one.stamps().isEmpty()));
        done(running.stop());
    }

    @Test
    void onlyTheSensorsAskedForAreThere() throws Exception {
        Running running = start(Map.of("simulator.sensors", "hr, temp"));

        // Long enough that an answer comes also from a machine that is busy; a third sensor would be heard as well.
        assertThat(find("starts-with(name,'Sinal')", 5, Duration.ofSeconds(4)))
                .extracting(StreamInfo::sourceId)
                .containsExactlyInAnyOrder("sinal-demo-default-hr", "sinal-demo-default-temp");
        done(running.stop());
    }

    @Test
    void aBadSettingIsNamed() {
        refused("simulator.sensors", "eeg,emg", "simulator.sensors 'emg' is not one of [eeg, ecg, hr, temp, markers]");
        refused("simulator.sensors", " , ", "simulator.sensors must name at least one of");
        refused("simulator.instance", "it's", "simulator.instance must be 1 to 64 letters");
        refused("simulator.seed", "one", "simulator.seed must be a whole number");
        refused("lsl.scope", "galaxy", "lsl.scope must be one of machine, link, site, organization, global");
    }

    private static void refused(String key, String value, String message) {
        assertThatThrownBy(() -> new SimulatorModule().configure(Settings.of(Map.of(key, value))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
