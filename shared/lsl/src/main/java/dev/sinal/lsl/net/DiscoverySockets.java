package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets that queries leave from and replies come back to: for each version of IP one for single hosts and one per interface for
 * multicasts. Each query names the port it was sent from, so that stateful firewalls let the reply in.
 */
final class DiscoverySockets {
    private final LslConfig config;
    private final List<Hosts> unicast;
    private final List<Groups> multicast;

    /** For single hosts of one version of IP: this machine, known peers, hosts among the discovery addresses. */
    private record Hosts(DatagramSocket socket, boolean v6, List<String> addresses) {
        String loopback() {
            return v6 ? "::1" : "127.0.0.1";
        }
    }

    /** For the groups of one version of IP on one interface. */
    private record Groups(DatagramSocket socket, List<String> addresses) {}

    private DiscoverySockets(LslConfig config, List<Hosts> unicast, List<Groups> multicast) {
        this.config = config;
        this.unicast = unicast;
        this.multicast = multicast;
    }

    /** @return fails if no socket can be had for any version of IP */
    static Future<DiscoverySockets> open(
            Vertx vertx,
            LslConfig config,
            Families families,
            List<Interfaces.Usable> interfaces,
            Handler<DatagramPacket> replies) {
        List<Future<Hosts>> single = new ArrayList<>();
        if (families.v4()) {
            single.add(hosts(vertx, config, false, replies));
        }
        if (families.v6()) {
            single.add(hosts(vertx, config, true, replies));
        }
        List<Future<Groups>> many = new ArrayList<>();
        Set<String> broadcast = new LinkedHashSet<>();
        for (Interfaces.Usable each : interfaces) {
            if (each.v4()) {
                many.add(groups(vertx, config, each, false, broadcast, replies));
            }
            if (each.v6()) {
                many.add(groups(vertx, config, each, true, broadcast, replies));
            }
        }
        // A machine may lack one version of IP, an interface may be gone: the others are enough.
        return Future.join(single)
                .transform(done -> Future.join(many).transform(all -> Future.<Void>succeededFuture()))
                .map(ready -> new DiscoverySockets(config, succeeded(single), succeeded(many)))
                .compose(open -> open.unicast.isEmpty()
                        ? open.close()
                                .compose(closed ->
                                        Future.failedFuture(single.get(0).cause()))
                        : Future.succeededFuture(open));
    }

    private static <T> List<T> succeeded(List<Future<T>> opening) {
        return opening.stream().filter(Future::succeeded).map(Future::result).toList();
    }

    private static Future<Hosts> hosts(Vertx vertx, LslConfig config, boolean v6, Handler<DatagramPacket> replies) {
        List<String> addresses = config.discoveryAddresses().stream()
                .filter(address -> !Addresses.isGroup(address) && Addresses.isIpv6(address) == v6)
                .map(Addresses::normal)
                .toList();
        return Udp.bind(vertx, Udp.options().setBroadcast(true).setIpV6(v6), 0, local(config, v6))
                .map(socket -> new Hosts(socket.handler(replies), v6, addresses));
    }

    /** A loopback-only configuration must not even bind elsewhere; otherwise the system picks the source address. */
    private static String local(LslConfig config, boolean v6) {
        String listen = config.listenAddress();
        return Addresses.isLoopback(listen) && Addresses.isIpv6(listen) == v6 ? listen : "";
    }

    /** @param broadcast what other interfaces broadcast to already */
    private static Future<Groups> groups(
            Vertx vertx,
            LslConfig config,
            Interfaces.Usable device,
            boolean v6,
            Set<String> broadcast,
            Handler<DatagramPacket> replies) {
        List<String> addresses = new ArrayList<>();
        for (String group : config.discoveryAddresses()) {
            if (!Addresses.isGroup(group) || Addresses.isIpv6(group) != v6) {
                continue;
            }
            if (Addresses.isBroadcast(group)) {
                // The system sends these out of one interface only; the networks' own broadcast addresses reach the
                // others.
                List<String> own = new ArrayList<>(device.broadcasts());
                own.add(group);
                own.stream().filter(broadcast::add).forEach(addresses::add);
            } else {
                addresses.add(group);
            }
        }
        return Udp.bind(
                        vertx,
                        Udp.options()
                                .setIpV6(v6)
                                .setBroadcast(true)
                                .setMulticastTimeToLive(config.ttl())
                                .setMulticastNetworkInterface(device.name()),
                        0,
                        local(config, v6))
                .map(socket -> new Groups(socket.handler(replies), addresses));
    }

    void send(String predicate, String token, List<Peers.Target> peers) {
        for (Hosts hosts : unicast) {
            Buffer query = query(hosts.socket(), predicate, token);
            Set<String> ranged = new LinkedHashSet<>();
            ranged.add(hosts.loopback());
            for (Peers.Target peer : peers) {
                if (Addresses.isIpv6(peer.address()) == hosts.v6()) {
                    if (peer.port() == 0) {
                        ranged.add(peer.address());
                    } else {
                        send(hosts.socket(), query, peer.port(), peer.address());
                    }
                }
            }
            for (String address : ranged) {
                send(hosts.socket(), query, config.multicastPort(), address);
                for (int i = 0; i < config.portRange(); i++) {
                    send(hosts.socket(), query, config.basePort() + i, address);
                }
            }
            for (String address : hosts.addresses()) {
                if (!ranged.contains(address)) {
                    send(hosts.socket(), query, config.multicastPort(), address);
                }
            }
        }
        for (Groups groups : multicast) {
            Buffer query = query(groups.socket(), predicate, token);
            for (String group : groups.addresses()) {
                send(groups.socket(), query, config.multicastPort(), group);
            }
        }
    }

    /** Asks these ports only. */
    void ask(String predicate, String token, List<Peers.Target> targets) {
        for (Hosts hosts : unicast) {
            Buffer query = query(hosts.socket(), predicate, token);
            for (Peers.Target target : targets) {
                if (Addresses.isIpv6(target.address()) == hosts.v6()) {
                    send(hosts.socket(), query, target.port(), target.address());
                }
            }
        }
    }

    /** Nobody listens on most ports: failures are the normal case and mean nothing. */
    private static void send(DatagramSocket socket, Buffer query, int port, String host) {
        socket.send(query, port, host).onFailure(unreachable -> {});
    }

    private static Buffer query(DatagramSocket socket, String predicate, String token) {
        return Buffer.buffer(
                new DiscoveryMessage.Query(predicate, socket.localAddress().port(), token).encode());
    }

    Future<Void> close() {
        List<Future<Void>> closing = new ArrayList<>();
        unicast.forEach(hosts -> closing.add(hosts.socket().close()));
        multicast.forEach(groups -> closing.add(groups.socket().close()));
        return Future.join(closing).mapEmpty();
    }
}
