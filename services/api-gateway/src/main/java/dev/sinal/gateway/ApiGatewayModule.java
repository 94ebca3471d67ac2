package dev.sinal.gateway;

import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import io.vertx.core.Future;
import io.vertx.ext.web.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The suite's only door to the outside. */
public final class ApiGatewayModule implements SinalModule {
    private static final String HEALTH = "api-gateway";

    private final @Nullable TokenKeys given;

    /** Keys from {@code auth.keyFile}. */
    public ApiGatewayModule() {
        this(null);
    }

    /** @param keys instead of a key file, e.g. {@link TokenKeys#inMemory()} */
    public ApiGatewayModule(@Nullable TokenKeys keys) {
        this.given = keys;
    }

    @Override
    public String name() {
        return "api-gateway";
    }

    @Override
    public Starter configure(Settings settings) {
        GatewayConfig config = GatewayConfig.from(settings);
        TokenKeys keys = keys(config);
        return context -> start(context, config, keys);
    }

    private Future<Running> start(NodeContext context, GatewayConfig config, TokenKeys keys) {
        GatewayVerticle verticle;
        try {
            verticle = new GatewayVerticle(config, keys, context);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        return context.vertx().deployVerticle(verticle).map(deployment -> {
            context.health().register(HEALTH, Health.Status::ok);
            return new Deployed(context, verticle, deployment);
        });
    }

    /** @param deployment id of the verticle */
    record Deployed(NodeContext context, GatewayVerticle verticle, String deployment) implements RunningGateway {
        @Override
        public int port() {
            return verticle.port();
        }

        @Override
        public Future<Void> stop() {
            context.health().unregister(HEALTH);
            return context.vertx().undeploy(deployment);
        }

        /** For tests that hold the router to the documents. */
        List<Route> routes() {
            return verticle.routes();
        }
    }

    private TokenKeys keys(GatewayConfig config) {
        if (given != null) {
            return given;
        }
        if (config.keyFile() == null) {
            throw new ConfigException(
                    "auth.keyFile",
                    "is missing: make a key file with ./sinal keys init and set SINAL_AUTH_KEY_FILE to it");
        }
        try {
            return TokenKeys.load(config.keyFile(), config.issuer());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("auth.keyFile", String.valueOf(e.getMessage()));
        }
    }
}
