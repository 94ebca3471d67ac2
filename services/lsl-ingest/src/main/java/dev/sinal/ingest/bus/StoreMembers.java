package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.StoreHello;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.domain.Rendezvous;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store nodes that say hello. One that is silent for 5 s is forgotten. Used on one event loop. */
final class StoreMembers {
    private static final Logger LOG = LoggerFactory.getLogger(StoreMembers.class);
    private static final long FORGET_NS = 5_000_000_000L;
    private static final int MOST = 256;

    private final Map<String, Long> heardAt = new HashMap<>();
    private final MessageConsumer<JsonObject> consumer;
    private final Vertx vertx;
    private final long timer;
    private final Runnable changed;

    /** @param changed called after every change of the members */
    StoreMembers(Vertx vertx, Runnable changed) {
        this.vertx = vertx;
        this.changed = changed;
        consumer = vertx.eventBus().consumer(Addresses.STORE_HELLO, message -> hello(message.body()));
        timer = vertx.setPeriodic(500, ignored -> forget());
    }

    Future<Void> ready() {
        return consumer.completion();
    }

    /** The member that a key belongs to; null when there is none. */
    @Nullable
    String pick(String key) {
        return Rendezvous.pick(key, heardAt.keySet());
    }

    int size() {
        return heardAt.size();
    }

    private void hello(JsonObject body) {
        StoreHello hello;
        try {
            hello = Wire.read(body, StoreHello.class);
        } catch (IllegalArgumentException e) {
            LOG.warn("a hello could not be read error={}", e.getMessage());
            return;
        }
        if (hello.nodeId() == null || (heardAt.size() >= MOST && !heardAt.containsKey(hello.nodeId()))) {
            return;
        }
        if (heardAt.put(hello.nodeId(), System.nanoTime()) == null) {
            LOG.info("a store is here node={}", hello.node());
            changed.run();
        }
    }

    private void forget() {
        long now = System.nanoTime();
        if (heardAt.values().removeIf(at -> now - at > FORGET_NS)) {
            LOG.warn("a store has gone silent stores={}", heardAt.size());
            changed.run();
        }
    }

    Future<Void> close() {
        vertx.cancelTimer(timer);
        return consumer.unregister();
    }
}
