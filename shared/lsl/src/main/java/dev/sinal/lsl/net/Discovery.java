package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramPacket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the queries of all searches and hands each reply to the search it answers. Everything here runs on one context.
 *
 * <p>A search is known on the wire by a token nobody can guess, so a reply that was not asked for is dropped before its XML is read.
 */
final class Discovery {
    private static final long RECHECK_NANOS = 10_000_000_000L;

    private final Vertx vertx;
    private final Context context;
    private final LslConfig config;
    private final Counters counters;
    private final Map<String, Search> searches = new HashMap<>();
    private @Nullable Future<DiscoverySockets> sockets;
    private Set<String> interfaces = Set.of();
    private long interfacesSeen;
    private long second;
    private int repliesThisSecond;
    private boolean closed;

    Discovery(Vertx vertx, Context context, LslConfig config, Counters counters) {
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.counters = counters;
    }

    /** What a search does with replies. Called on the discovery context. */
    interface Search {
        String token();

        /** The whole predicate as it goes over the wire. */
        String predicate();

        void found(StreamInfo info);
    }

    Context context() {
        return context;
    }

    Vertx vertx() {
        return vertx;
    }

    LslConfig config() {
        return config;
    }

    Counters counters() {
        return counters;
    }

    boolean isClosed() {
        return closed;
    }

    void add(Search search) {
        searches.put(search.token(), search);
    }

    void remove(Search search) {
        searches.remove(search.token());
    }

    /** Asks everybody once; fails if no socket can be had. */
    Future<Void> wave(Search search) {
        if (closed) {
            return Future.failedFuture("closed");
        }
        return currentSockets().map(open -> {
            if (!closed) {
                open.send(search.predicate(), search.token());
            }
            return null;
        });
    }

    /** Opened on first use, and anew when the machine's interfaces have changed. */
    private Future<DiscoverySockets> currentSockets() {
        Future<DiscoverySockets> current = sockets;
        long now = System.nanoTime();
        if (current != null && !current.isComplete()) {
            return current;
        }
        if (current != null && current.succeeded() && now - interfacesSeen < RECHECK_NANOS) {
            return current;
        }
        interfacesSeen = now;
        Set<String> names = Interfaces.names(config);
        if (current != null && current.succeeded()) {
            if (names.equals(interfaces)) {
                return current;
            }
            current.result().close();
        }
        interfaces = names;
        Future<DiscoverySockets> fresh = DiscoverySockets.open(vertx, config, this::reply);
        sockets = fresh;
        return fresh;
    }

    private void reply(DatagramPacket packet) {
        byte[] datagram = packet.data().getBytes();
        Search search = searches.get(DiscoveryMessage.Reply.idOf(datagram));
        if (search == null) {
            return;
        }
        if (tooMany()) {
            counters.repliesDropped.increment();
            return;
        }
        StreamInfo info;
        try {
            info = DiscoveryMessage.Reply.decode(datagram, config.limits()).info();
        } catch (LslProtocolException unusable) {
            counters.repliesInvalid.increment();
            return;
        }
        counters.repliesTaken.increment();
        // Never the address in the description: a reply could point us at any host.
        search.found(info.withAddress(packet.sender().hostAddress()));
    }

    private boolean tooMany() {
        long now = System.nanoTime() / 1_000_000_000L;
        if (now != second) {
            second = now;
            repliesThisSecond = 0;
        }
        return ++repliesThisSecond > config.limits().repliesPerSecond();
    }

    /** On the discovery context. */
    Future<Void> close() {
        closed = true;
        searches.clear();
        Future<DiscoverySockets> current = sockets;
        return current == null
                ? Future.succeededFuture()
                : current.transform(open -> open.succeeded() ? open.result().close() : Future.succeededFuture());
    }
}
