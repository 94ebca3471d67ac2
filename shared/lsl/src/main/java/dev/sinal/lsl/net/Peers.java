package dev.sinal.lsl.net;

import dev.sinal.lsl.KnownPeer;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hosts to ask directly. Names are looked up again now and then, away from the event loop. Confined to one context. */
final class Peers {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final long REFRESH_NANOS = 30_000_000_000L;
    private static final int ADDRESSES_PER_NAME = 8;

    private final Vertx vertx;
    private final List<Host> hosts;
    private long refreshed;
    private boolean everRefreshed;

    /** @param port 0 = the discovery port and the whole range */
    record Target(String address, int port) {}

    private static final class Host {
        final KnownPeer peer;
        final boolean named;
        List<Target> targets;
        boolean looking;
        boolean complained;

        Host(KnownPeer peer) {
            this.peer = peer;
            InetAddress literal = Addresses.literal(peer.host());
            this.named = literal == null;
            this.targets = literal == null ? List.of() : List.of(new Target(Addresses.text(literal), peer.port()));
        }
    }

    Peers(Vertx vertx, List<String> known) {
        this.vertx = vertx;
        this.hosts =
                known.stream().map(KnownPeer::parse).distinct().map(Host::new).toList();
    }

    boolean isEmpty() {
        return hosts.isEmpty();
    }

    /** All addresses known now. */
    List<Target> targets() {
        long now = System.nanoTime();
        if (!everRefreshed || now - refreshed > REFRESH_NANOS) {
            everRefreshed = true;
            refreshed = now;
            hosts.stream().filter(host -> host.named && !host.looking).forEach(this::lookUp);
        }
        List<Target> all = new ArrayList<>();
        hosts.forEach(host -> all.addAll(host.targets));
        return all;
    }

    private void lookUp(Host host) {
        host.looking = true;
        vertx.executeBlocking(() -> resolve(host.peer), false).onComplete(answer -> {
            host.looking = false;
            if (answer.succeeded()) {
                host.targets = answer.result();
                host.complained = false;
            } else if (!host.complained) {
                host.complained = true;
                LOG.warn("a known peer's name cannot be looked up: host={}", host.peer.host());
            }
        });
    }

    /** Blocks. */
    static List<Target> resolve(KnownPeer peer) throws UnknownHostException {
        return Arrays.stream(InetAddress.getAllByName(peer.host()))
                .limit(ADDRESSES_PER_NAME)
                .map(address -> new Target(Addresses.text(address), peer.port()))
                .toList();
    }
}
