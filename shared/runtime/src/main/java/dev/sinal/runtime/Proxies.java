package dev.sinal.runtime;

import dev.sinal.runtime.cluster.ClusterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceBinder;
import io.vertx.serviceproxy.ServiceProxyBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Service proxies with a timeout of ours instead of the 30 s default. */
public final class Proxies {
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Peers hear of a change through Hazelcast's events, which Vert.x gathers for 20 ms. */
    private static final long PEERS_HEAR_MS = 250;

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

    /** Serves a contract; {@link #retire} the consumer to stop. */
    public static <T> MessageConsumer<JsonObject> serve(Vertx vertx, Class<T> contract, String address, T service) {
        return new ServiceBinder(vertx).setAddress(address).register(contract, service);
    }

    /**
     * Ends consumers that answer requests without losing one: the addresses leave the cluster's list first, the consumers go on answering
     * until every peer has heard of it, and only then are they gone. A message that reaches a node without its consumer is dropped
     * unanswered, and its sender would wait for its whole timeout. Never fails.
     */
    public static Future<Void> retire(Vertx vertx, List<? extends MessageConsumer<?>> consumers) {
        return retract(vertx, consumers)
                .transform(retracted -> Future.join(
                        consumers.stream().map(MessageConsumer::unregister).toList()))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    public static Future<Void> retire(Vertx vertx, MessageConsumer<?> consumer) {
        return retire(vertx, List.of(consumer));
    }

    private static Future<Void> retract(Vertx vertx, List<? extends MessageConsumer<?>> consumers) {
        if (consumers.isEmpty() || !(((VertxInternal) vertx).clusterManager() instanceof ClusterRegistry registry)) {
            return Future.succeededFuture();
        }
        return Future.join(consumers.stream()
                        .map(consumer -> registry.retract(consumer.address()))
                        .toList())
                .transform(retracted -> vertx.timer(PEERS_HEAR_MS, TimeUnit.MILLISECONDS))
                .mapEmpty();
    }
}
