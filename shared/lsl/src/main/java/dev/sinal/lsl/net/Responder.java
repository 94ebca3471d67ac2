package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets on the discovery port, one for each version of IP, that answer for all our outlets; open while there are any. Runs on one
 * context.
 *
 * <p>A unicast query to this machine reaches only one of the sockets bound to that port, ours or another program's; that is why our
 * own searches ask every port of the range as well.
 */
final class Responder {
    private static final long RECHECK_MS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

    private final Vertx vertx;
    private final LslConfig config;
    private final QueryAnswers answers;
    private final Set<ServedOutlet> outlets = new LinkedHashSet<>();
    private final List<Listening> listening = new ArrayList<>();
    private boolean open;
    private Set<String> interfaces = Set.of();
    private long recheck = -1;

    private record Listening(DatagramSocket socket, boolean v6) {}

    Responder(Vertx vertx, LslConfig config, QueryAnswers answers) {
        this.vertx = vertx;
        this.config = config;
        this.answers = answers;
    }

    /** Never fails: an outlet can still be found by its service port. */
    Future<Void> add(ServedOutlet outlet) {
        outlets.add(outlet);
        if (open) {
            return Future.succeededFuture();
        }
        open = true;
        Families families = Families.ofOutlets(config);
        List<Future<Void>> opening = new ArrayList<>();
        if (families.v4()) {
            opening.add(listen(false, families));
        }
        if (families.v6()) {
            opening.add(listen(true, families));
        }
        recheck = vertx.setPeriodic(RECHECK_MS, again -> recheck(families));
        return Future.all(opening).mapEmpty();
    }

    private Future<Void> listen(boolean v6, Families families) {
        var options = Udp.options().setReuseAddress(true).setIpV6(v6);
        return Udp.bind(vertx, options, config.multicastPort(), config.listenAddress())
                .compose(bound -> opened(new Listening(bound, v6), families))
                .recover(failure -> {
                    LOG.warn(
                            "cannot listen on the discovery port, outlets are found by their service ports only: port={} ip={}",
                            config.multicastPort(),
                            v6 ? 6 : 4,
                            failure);
                    return Future.succeededFuture();
                });
    }

    private Future<Void> opened(Listening bound, Families families) {
        if (outlets.isEmpty()) {
            return bound.socket().close();
        }
        listening.add(bound);
        bound.socket().handler(packet -> received(bound, packet, families));
        List<Interfaces.Usable> usable = Interfaces.of(config, families);
        interfaces = Interfaces.names(usable);
        return join(bound, usable);
    }

    /** A socket of IPv6 hears the multicasts of IPv4 as well; its sister answers those. */
    private void received(Listening bound, DatagramPacket packet, Families families) {
        boolean v6 = Addresses.isIpv6(Addresses.text(packet.sender()));
        if (v6 == bound.v6() && (v6 ? families.v6() : families.v4())) {
            answers.answer(bound.socket(), packet, outlets);
        }
    }

    private void recheck(Families families) {
        List<Interfaces.Usable> usable = Interfaces.of(config, families);
        Set<String> names = Interfaces.names(usable);
        if (!names.equals(interfaces)) {
            interfaces = names;
            listening.forEach(bound -> join(bound, usable));
        }
    }

    /** On every interface in turn; one that fails, or is joined already, does not matter. */
    private Future<Void> join(Listening bound, List<Interfaces.Usable> usable) {
        List<Future<Void>> joining = new ArrayList<>();
        for (String group : config.discoveryAddresses()) {
            if (!Addresses.isGroup(group) || Addresses.isBroadcast(group) || Addresses.isIpv6(group) != bound.v6()) {
                continue;
            }
            for (Interfaces.Usable each : usable) {
                if (bound.v6() ? each.v6() : each.v4()) {
                    joining.add(bound.socket()
                            .listenMulticastGroup(group, each.name(), null)
                            .otherwiseEmpty());
                }
            }
        }
        return Future.all(joining).mapEmpty();
    }

    Future<Void> remove(ServedOutlet outlet) {
        outlets.remove(outlet);
        if (!outlets.isEmpty() || !open) {
            return Future.succeededFuture();
        }
        open = false;
        vertx.cancelTimer(recheck);
        List<Future<Void>> closing = new ArrayList<>();
        listening.forEach(each -> closing.add(each.socket().close()));
        listening.clear();
        return Future.join(closing).mapEmpty();
    }
}
