package dev.sinal.agents;

import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.runtime.sql.Database;
import io.vertx.core.Future;

/** Agent definitions, desired state and status. Needs PostgreSQL; starts without it and waits. */
public final class AgentManagerModule implements SinalModule {
    @Override
    public String name() {
        return "agent-manager";
    }

    @Override
    public Starter configure(Settings settings) {
        AgentsConfig config = AgentsConfig.from(settings);
        settings.textOrNull("database.uri");
        return context -> {
            Database database = Database.from(settings);
            var verticle = new AgentManagerVerticle(context, config, database);
            return context.vertx()
                    .deployVerticle(verticle)
                    .map(id -> () -> context.vertx().undeploy(id).recover(failure -> Future.succeededFuture()));
        };
    }
}
