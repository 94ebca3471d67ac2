package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shared socket on the discovery port that answers for all our outlets, open while there are any. Runs on one context.
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
    private @Nullable DatagramSocket socket;
    private boolean opening;
    private Set<String> interfaces = Set.of();
    private long recheck = -1;

    Responder(Vertx vertx, LslConfig config, QueryAnswers answers) {
        this.vertx = vertx;
        this.config = config;
        this.answers = answers;
    }

    /** Never fails: an outlet can still be found by its service port. */
    Future<Void> add(ServedOutlet outlet) {
        outlets.add(outlet);
        if (socket != null || opening) {
            return Future.succeededFuture();
        }
        opening = true;
        return Udp.bind(vertx, Udp.options().setReuseAddress(true), config.multicastPort(), config.listenAddress())
                .compose(this::opened)
                .recover(failure -> {
                    LOG.warn(
                            "cannot listen on the discovery port, outlets are found by their service ports only: port={}",
                            config.multicastPort(),
                            failure);
                    return Future.succeededFuture();
                })
                .onComplete(done -> opening = false);
    }

    private Future<Void> opened(DatagramSocket bound) {
        if (outlets.isEmpty()) {
            return bound.close();
        }
        socket = bound;
        bound.handler(packet -> answers.answer(bound, packet, outlets));
        Future<Void> joined = join(bound);
        recheck = vertx.setPeriodic(RECHECK_MS, again -> {
            if (!Interfaces.names(config).equals(interfaces)) {
                join(bound);
            }
        });
        return joined;
    }

    /** On every interface in turn; one that fails, or is joined already, does not matter. */
    private Future<Void> join(DatagramSocket bound) {
        interfaces = Interfaces.names(config);
        List<Future<Void>> joining = new ArrayList<>();
        for (String group : config.discoveryAddresses()) {
            if (!Interfaces.isGroup(group) || group.equals("255.255.255.255")) {
                continue;
            }
            for (String each : interfaces) {
                joining.add(bound.listenMulticastGroup(group, each, null).otherwiseEmpty());
            }
        }
        return Future.all(joining).mapEmpty();
    }

    Future<Void> remove(ServedOutlet outlet) {
        outlets.remove(outlet);
        DatagramSocket current = socket;
        if (!outlets.isEmpty() || current == null) {
            return Future.succeededFuture();
        }
        socket = null;
        vertx.cancelTimer(recheck);
        return current.close();
    }
}
