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
import java.util.List;
import java.util.stream.Stream;

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
        List<MessageConsumer<JsonObject>> consumers = Stream.of(Addresses.ANALYTICS, parts.resultsAddress())
                .map(address -> Proxies.serve(context.vertx(), Analytics.class, address, parts.service()))
                .toList();
        context.health().register(NAME, Health.Status::ok);
        return Future.all(consumers.stream().map(MessageConsumer::completion).toList())
                .map(registered -> () -> {
                    context.health().unregister(NAME);
                    return Proxies.retire(context.vertx(), consumers).compose(retired -> parts.close());
                });
    }
}
