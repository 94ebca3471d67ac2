package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslTuning;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramPacket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends the queries of all searches and hands each reply to the search it answers. Everything here runs on one context.
 *
 * <p>A search is known on the wire by a token nobody can guess, so a reply that was not asked for is dropped before its XML is read.
 */
final class Discovery {
    private static final long RECHECK_NANOS = 10_000_000_000L;
    private static final int MAX_SOURCES = 1_024;

    private final Vertx vertx;
    private final Context context;
    private final LslConfig config;
    private final Counters counters;
    private final Map<String, Search> searches = new HashMap<>();
    private @Nullable Future<DiscoverySockets> sockets;
    private Set<String> interfaces = Set.of();
    private long interfacesSeen;
    private long second;
    private final Peers peers;
    private final Set<String> trusted;
    private final Map<String, int[]> repliesBySource = new HashMap<>();
    private int repliesThisSecond;
    private boolean closed;

    Discovery(Vertx vertx, Context context, LslConfig config, Counters counters) {
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.counters = counters;
        this.trusted = config.trustedAdvertisedAddresses().stream()
                .map(Addresses::normal)
                .collect(Collectors.toSet());
        this.peers = new Peers(vertx, config.knownPeers());
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
            return Future.failedFuture(new LslException("closed"));
        }
        return currentSockets().map(open -> {
            if (!closed) {
                open.send(search.predicate(), search.token(), peers.targets());
            }
            return null;
        });
    }

    /** Asks these ports once; fails if no socket can be had. */
    Future<Void> ask(Search search, List<Peers.Target> targets) {
        if (closed) {
            return Future.failedFuture(new LslException("closed"));
        }
        return currentSockets().map(open -> {
            if (!closed) {
                open.ask(search.predicate(), search.token(), targets);
            }
            return null;
        });
    }

    /** How often a search asks, milliseconds: known peers get time of their own, as with the native library. */
    long periodMs() {
        LslTuning tuning = config.tuning();
        return tuning.multicastMinRtt().toMillis()
                + (peers.isEmpty() ? 0 : tuning.unicastMinRtt().toMillis());
    }

    /** Whether no better address of the stream is to be expected: IPv4 is preferred where there is a choice. */
    boolean isComplete(StreamInfo info) {
        boolean nothingBetter = info.dataPort() == 0 || config.ipv6() == LslConfig.Ipv6.FORCE;
        return info.v4().isReachable() || (nothingBetter && info.v6().isReachable());
    }

    /** What is known of a stream after another answer. The first answer on each version of IP came over the fastest route. */
    static StreamInfo merged(StreamInfo known, StreamInfo again) {
        if (!known.sameIdentity(again)) {
            return known;
        }
        return known.withEndpoints(
                known.address().isEmpty() ? again.v4() : known.v4(),
                known.v6().address().isEmpty() ? again.v6() : known.v6());
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
        Families families;
        try {
            families = Families.ofSearches(config);
        } catch (LslException none) {
            return Future.failedFuture(none);
        }
        List<Interfaces.Usable> usable = Interfaces.of(config, families);
        Set<String> names = Interfaces.names(usable);
        if (current != null && current.succeeded()) {
            if (names.equals(interfaces)) {
                return current;
            }
            current.result().close();
        }
        interfaces = names;
        Future<DiscoverySockets> fresh = DiscoverySockets.open(vertx, config, families, usable, this::reply);
        sockets = fresh;
        return fresh;
    }

    private void reply(DatagramPacket packet) {
        byte[] datagram = packet.data().getBytes();
        Search search = searches.get(DiscoveryMessage.Reply.idOf(datagram));
        if (search == null) {
            return;
        }
        String source = Addresses.text(packet.sender());
        if (tooMany(source)) {
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
        search.found(located(info, source));
    }

    /**
     * With the address the answer came from. The one in the description counts only if it is trusted: a forged reply could point us at
     * any host.
     */
    StreamInfo located(StreamInfo info, String source) {
        boolean v6 = Addresses.isIpv6(source);
        return info.withEndpoints(
                located(info.v4(), v6 ? "" : source, source), located(info.v6(), v6 ? source : "", source));
    }

    private Endpoint located(Endpoint advertised, String seen, String source) {
        if (advertised.dataPort() == 0 && advertised.servicePort() == 0) {
            // Dual-stack sockets answer on versions of IP that their outlet does not offer.
            return Endpoint.NONE;
        }
        String claim = Addresses.normal(advertised.address());
        if (claim.isEmpty() || claim.equals(source)) {
            return advertised.at(seen);
        }
        if (trusted.contains("*") || trusted.contains(claim)) {
            return advertised.at(claim);
        }
        counters.addressesIgnored.increment();
        return advertised.at(seen);
    }

    /** One source gets half of what is read at most, so that it cannot silence the others. */
    private boolean tooMany(String source) {
        long now = System.nanoTime() / 1_000_000_000L;
        if (now != second || repliesBySource.size() > MAX_SOURCES) {
            repliesThisSecond = now == second ? repliesThisSecond : 0;
            second = now;
            repliesBySource.clear();
        }
        int most = config.limits().repliesPerSecond();
        int ofSource = ++repliesBySource.computeIfAbsent(source, first -> new int[1])[0];
        return ofSource > Math.max(1, most / 2) || ++repliesThisSecond > most;
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
