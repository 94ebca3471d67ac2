package dev.sinal.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceBinder;
import io.vertx.serviceproxy.ServiceProxyBuilder;
import java.time.Duration;

/** Service proxies with a timeout of ours instead of the 30 s default. */
public final class Proxies {
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Proxies() {}

    /** @param timeout longest wait for an answer; then the call fails with UNAVAILABLE */
    public static <T> T of(Vertx vertx, Class<T> contract, String address, Duration timeout) {
        return new ServiceProxyBuilder(vertx)
                .setAddress(address)
                .setOptions(new DeliveryOptions().setSendTimeout(timeout.toMillis()))
                .build(contract);
    }

    public static <T> T of(Vertx vertx, Class<T> contract, String address) {
        return of(vertx, contract, address, TIMEOUT);
    }

    /** Serves a contract; unregister the consumer to stop. */
    public static <T> MessageConsumer<JsonObject> serve(Vertx vertx, Class<T> contract, String address, T service) {
        return new ServiceBinder(vertx).setAddress(address).register(contract, service);
    }
}
