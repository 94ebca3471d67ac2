package dev.sinal.simulator;

import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.simulator.domain.Sensor;
import dev.sinal.simulator.domain.Sensors;
import dev.sinal.simulator.net.SensorOutlets;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the sensors to the network and owns them. Decides nothing about signals. */
final class SimulatorVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatorVerticle.class);
    private static final String PART = "simulator";

    private final NodeContext node;
    private final SimulatorConfig config;
    private @Nullable SensorOutlets outlets;

    SimulatorVerticle(NodeContext node, SimulatorConfig config) {
        this.node = node;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        List<Sensor> sensors = Sensors.all(config.seed()).stream()
                .filter(sensor -> config.sensors().contains(sensor.id()))
                .toList();
        return vertx.executeBlocking(() -> config.lsl().resolve(System.getenv("LSLAPICFG")))
                .compose(lsl -> SensorOutlets.open(vertx, lsl, sensors, config.instance(), node.metrics()))
                .onSuccess(this::opened);
    }

    private void opened(SensorOutlets open) {
        outlets = open;
        node.health().register(PART, Health.Status::ok);
        LOG.info(
                "simulated sensors started instance={} seed={} sensors={}",
                config.instance(),
                config.seed(),
                config.sensors());
    }

    @Override
    public Future<?> stop() {
        node.health().unregister(PART);
        SensorOutlets open = outlets;
        return open == null ? Future.succeededFuture() : open.close();
    }
}
