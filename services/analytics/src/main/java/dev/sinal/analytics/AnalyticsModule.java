package dev.sinal.analytics;

import dev.sinal.analytics.bus.AnalyticsParts;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.Analytics;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/** The analytics service as a module of a node. Keeps nothing but results for a while: any number of nodes may run it. */
public final class AnalyticsModule implements SinalModule {
    private static final String NAME = "analytics";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Starter configure(Settings settings) {
        AnalyticsConfig config = AnalyticsConfig.from(settings);
        return context -> start(context, config);
    }

    private static Future<Running> start(NodeContext context, AnalyticsConfig config) {
        AnalyticsParts parts = new AnalyticsParts(
                context.vertx(),
                context.metrics(),
                config.concurrency(),
                config.queue(),
                config.maxValues(),
                config.timeLimit(),
                config.cacheTtl(),
                config.cacheBytes());
        MessageConsumer<JsonObject> consumer =
                Proxies.serve(context.vertx(), Analytics.class, Addresses.ANALYTICS, parts.service());
        context.health().register(NAME, Health.Status::ok);
        return consumer.completion().map(registered -> () -> {
            context.health().unregister(NAME);
            return Proxies.retire(context.vertx(), consumer).compose(retired -> parts.close());
        });
    }
}
