package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.StoreHello;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.domain.Rendezvous;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store nodes that say hello. One that says goodbye, or is silent for 5 s, is forgotten; one that did not answer a request gets none
 * until it has said hello for 2 s again, as long as there are others. Used on one event loop.
 */
final class StoreMembers {
    private static final Logger LOG = LoggerFactory.getLogger(StoreMembers.class);
    private static final long FORGET_NS = 5_000_000_000L;
    private static final long CALM_NS = 2_000_000_000L;
    private static final long LOOK_MS = 500;
    private static final int MOST = 256;

    private final Map<String, StoreLink> links = new LinkedHashMap<>();
    private final MessageConsumer<JsonObject> consumer;
    private final Vertx vertx;
    private final LaneRules rules;
    private final long timer;
    private final Runnable changed;
    private List<String> trusted = List.of();

    /** @param changed called after every change of the members */
    StoreMembers(Vertx vertx, LaneRules rules, Runnable changed) {
        this.vertx = vertx;
        this.rules = rules;
        this.changed = changed;
        consumer = vertx.eventBus().consumer(Addresses.STORE_HELLO, message -> hello(message.body()));
        timer = vertx.setPeriodic(LOOK_MS, ignored -> look());
    }

    Future<Void> ready() {
        return consumer.completion();
    }

    /** The member that a key belongs to; null when there is none. */
    @Nullable
    StoreLink pick(String key) {
        String nodeId = Rendezvous.pick(key, trusted);
        return nodeId == null ? null : links.get(nodeId);
    }

    int size() {
        return links.size();
    }

    /** Those that take part now. */
    Collection<StoreLink> links() {
        return List.copyOf(links.values());
    }

    /** It left a request without an answer: its streams go elsewhere until it is itself again. */
    void suspect(StoreLink link) {
        link.suspect(System.nanoTime());
        judge();
    }

    private void hello(JsonObject body) {
        StoreHello hello;
        try {
            hello = Wire.read(body, StoreHello.class);
        } catch (IllegalArgumentException e) {
            LOG.warn("a hello could not be read error={}", e.getMessage());
            return;
        }
        if (hello.nodeId() == null) {
            return;
        }
        if (Boolean.TRUE.equals(hello.leaving())) {
            left(hello.nodeId());
            return;
        }
        StoreLink known = links.get(hello.nodeId());
        if (known != null) {
            known.heard(System.nanoTime());
            judge();
        } else if (links.size() < MOST) {
            StoreLink link = new StoreLink(hello.nodeId(), String.valueOf(hello.node()), rules);
            link.heard(System.nanoTime());
            links.put(hello.nodeId(), link);
            LOG.info("a store is here node={} stores={}", link.node(), links.size());
            judge();
        }
    }

    private void left(String nodeId) {
        StoreLink gone = links.remove(nodeId);
        if (gone != null) {
            LOG.info("a store said goodbye node={} stores={}", gone.node(), links.size());
            judge();
        }
    }

    private void look() {
        long now = System.nanoTime();
        links.values().removeIf(link -> {
            boolean silent = link.silence(now) > FORGET_NS;
            if (silent) {
                LOG.warn("a store has gone silent node={}", link.node());
            }
            return silent;
        });
        links.values().forEach(link -> link.rest(now));
        judge();
    }

    private void judge() {
        List<String> well = links.values().stream()
                .filter(link -> !link.suspected(CALM_NS))
                .map(StoreLink::nodeId)
                .collect(Collectors.toList());
        List<String> now = well.isEmpty() ? List.copyOf(links.keySet()) : well;
        if (!now.equals(trusted)) {
            trusted = now;
            changed.run();
        }
    }

    Future<Void> close() {
        vertx.cancelTimer(timer);
        return consumer.unregister();
    }
}
