package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets that queries leave from and replies come back to: one for single hosts, one per interface for multicasts. Each query
 * names the port it was sent from, so that stateful firewalls let the reply in.
 */
final class DiscoverySockets {
    private static final String LOOPBACK = "127.0.0.1";

    private final LslConfig config;
    private final DatagramSocket unicast;
    private final List<DatagramSocket> multicast;
    private final List<String> hosts;
    private final List<String> groups;

    private DiscoverySockets(LslConfig config, DatagramSocket unicast, List<DatagramSocket> multicast) {
        this.config = config;
        this.unicast = unicast;
        this.multicast = multicast;
        this.groups =
                config.discoveryAddresses().stream().filter(Interfaces::isGroup).toList();
        this.hosts = config.discoveryAddresses().stream()
                .filter(address -> !Interfaces.isGroup(address))
                .toList();
    }

    static Future<DiscoverySockets> open(Vertx vertx, LslConfig config, Handler<DatagramPacket> replies) {
        // A loopback-only configuration must not even bind elsewhere; otherwise the system picks the source address.
        String local = config.listenAddress().startsWith("127.") ? config.listenAddress() : "";
        return Udp.bind(vertx, Udp.options(), 0, local).compose(unicast -> {
            unicast.handler(replies);
            boolean anyGroup = config.discoveryAddresses().stream().anyMatch(Interfaces::isGroup);
            List<Future<List<DatagramSocket>>> opening = new ArrayList<>();
            for (NetworkInterface each :
                    anyGroup ? Interfaces.usable(config.interfaces()) : List.<NetworkInterface>of()) {
                opening.add(Udp.bind(
                                vertx,
                                Udp.options()
                                        .setBroadcast(true)
                                        .setMulticastTimeToLive(config.ttl())
                                        .setMulticastNetworkInterface(each.getName()),
                                0,
                                local)
                        .map(socket -> List.of(socket.handler(replies)))
                        .otherwise(List.of()));
            }
            return Future.all(opening).map(all -> {
                List<DatagramSocket> multicast = new ArrayList<>();
                opening.forEach(one -> multicast.addAll(one.result()));
                return new DiscoverySockets(config, unicast, multicast);
            });
        });
    }

    void send(String predicate, String token) {
        Buffer query = query(unicast, predicate, token);
        Set<String> ranged = new LinkedHashSet<>();
        ranged.add(LOOPBACK);
        ranged.addAll(config.knownPeers());
        for (String host : ranged) {
            send(query, config.multicastPort(), host);
            for (int i = 0; i < config.portRange(); i++) {
                send(query, config.basePort() + i, host);
            }
        }
        for (String host : hosts) {
            if (!ranged.contains(host)) {
                send(query, config.multicastPort(), host);
            }
        }
        for (DatagramSocket socket : multicast) {
            Buffer own = query(socket, predicate, token);
            for (String group : groups) {
                socket.send(own, config.multicastPort(), group).onFailure(unreachable -> {});
            }
        }
    }

    /** Nobody listens on most ports: failures are the normal case and mean nothing. */
    private void send(Buffer query, int port, String host) {
        unicast.send(query, port, host).onFailure(unreachable -> {});
    }

    private static Buffer query(DatagramSocket socket, String predicate, String token) {
        return Buffer.buffer(
                new DiscoveryMessage.Query(predicate, socket.localAddress().port(), token).encode());
    }

    Future<Void> close() {
        List<Future<Void>> closing = new ArrayList<>();
        closing.add(unicast.close());
        multicast.forEach(socket -> closing.add(socket.close()));
        return Future.join(closing).mapEmpty();
    }
}
