package dev.sinal.simulator;

import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import io.vertx.core.Future;

/** Simulated sensors as LSL streams, found by the source id {@code sinal-demo-<instance>-eeg|ecg|hr|temp|markers}. */
public final class SimulatorModule implements SinalModule {
    @Override
    public String name() {
        return "simulator";
    }

    @Override
    public Starter configure(Settings settings) {
        SimulatorConfig config = SimulatorConfig.from(settings);
        return context -> context.vertx()
                .deployVerticle(new SimulatorVerticle(context, config))
                .map(id -> () -> context.vertx().undeploy(id).recover(failure -> Future.succeededFuture()));
    }
}
