package dev.sinal.simulator.net;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.simulator.domain.Channel;
import dev.sinal.simulator.domain.MarkerSensor;
import dev.sinal.simulator.domain.Sensor;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The sensors of one person on the network, all begun at the same moment. To be used from one event loop. */
public final class SensorOutlets {
    private static final String MANUFACTURER = "Sinal simulator";
    private static final long TICK_MS = 20;

    private final Vertx vertx;
    private final Lsl lsl;
    private final List<PacedOutlet> outlets;
    private final MeterRegistry metrics;
    private final FunctionCounter dropped;
    private final long timer;

    private SensorOutlets(Vertx vertx, Lsl lsl, List<PacedOutlet> outlets, MeterRegistry metrics) {
        this.vertx = vertx;
        this.lsl = lsl;
        this.outlets = outlets;
        this.metrics = metrics;
        this.dropped = FunctionCounter.builder(
                        "sinal.simulator.dropped", lsl, source -> source.stats().samplesDropped())
                .description("samples that slow listeners lost")
                .register(metrics);
        this.timer = vertx.setPeriodic(TICK_MS, id -> pushDue());
    }

    /**
     * Opens one outlet per sensor and begins. They can be found when the future completes.
     *
     * @param instance part of every source id, so that several simulators can be told apart
     */
    public static Future<SensorOutlets> open(
            Vertx vertx, LslConfig config, List<Sensor> sensors, String instance, MeterRegistry metrics) {
        Lsl lsl = Lsl.create(vertx, config);
        List<Future<Outlet>> opening = sensors.stream()
                .map(sensor -> lsl.openOutlet(describe(sensor, instance), OutletOptions.defaults()))
                .toList();
        return Future.join(opening)
                .map(all -> begin(vertx, lsl, sensors, all.list(), metrics))
                .recover(failure -> lsl.close().transform(closed -> Future.failedFuture(failure)));
    }

    private static SensorOutlets begin(
            Vertx vertx, Lsl lsl, List<Sensor> sensors, List<Outlet> opened, MeterRegistry metrics) {
        double start = LslClock.now();
        List<PacedOutlet> paced = new ArrayList<>();
        for (int i = 0; i < opened.size(); i++) {
            paced.add(new PacedOutlet(sensors.get(i), opened.get(i), start, metrics));
        }
        return new SensorOutlets(vertx, lsl, List.copyOf(paced), metrics);
    }

    private static String sourceId(String instance, Sensor sensor) {
        return "sinal-demo-" + instance + "-" + sensor.id();
    }

    static StreamInfo describe(Sensor sensor, String instance) {
        List<Channel> channels = sensor.channels();
        ChannelFormat format = sensor instanceof MarkerSensor ? ChannelFormat.STRING : ChannelFormat.FLOAT32;
        StreamInfo.Builder info = StreamInfo.builder(
                        sensor.streamName(),
                        sensor.type(),
                        channels.size(),
                        sensor.rateHz(),
                        format,
                        sourceId(instance, sensor))
                .desc(DescElement.leaf("manufacturer", MANUFACTURER));
        channels.forEach(channel -> info.channel(channel.label(), channel.unit(), channel.type()));
        return info.build();
    }

    private void pushDue() {
        double now = LslClock.now();
        outlets.forEach(outlet -> outlet.pushDue(now));
    }

    public Future<Void> close() {
        vertx.cancelTimer(timer);
        // A meter that reads a closed outlet would stand in the way of the next one's.
        outlets.forEach(outlet -> metrics.remove(outlet.listeners()));
        metrics.remove(dropped);
        return lsl.close();
    }
}
