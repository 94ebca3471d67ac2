package dev.sinal.ingest;

import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;

/** The collecting service: {@code lsl-ingest}. */
public final class LslIngestModule implements SinalModule {
    @Override
    public String name() {
        return "lsl-ingest";
    }

    @Override
    public Starter configure(Settings settings) {
        IngestConfig config = IngestConfig.from(settings);
        return context -> {
            IngestVerticle verticle = new IngestVerticle(config, context);
            return context.vertx()
                    .deployVerticle(verticle)
                    .map(id -> () -> context.vertx().undeploy(id).otherwiseEmpty());
        };
    }
}
