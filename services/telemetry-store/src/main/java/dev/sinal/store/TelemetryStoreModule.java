package dev.sinal.store;

import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.runtime.sql.Database;
import io.vertx.core.Future;

/** The store as a module of a node. */
public final class TelemetryStoreModule implements SinalModule {
    @Override
    public String name() {
        return "telemetry-store";
    }

    @Override
    public Starter configure(Settings settings) {
        StoreConfig config = StoreConfig.from(settings);
        settings.textOrNull("database.uri");
        return node -> start(node, Database.from(settings), config);
    }

    private static Future<Running> start(NodeContext node, Database database, StoreConfig config) {
        return node.vertx()
                .deployVerticle(new StoreVerticle(node, database, config))
                .map(id -> () -> node.vertx().undeploy(id).otherwiseEmpty());
    }
}
