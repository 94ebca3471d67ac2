package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.KnownPeer;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Asks one port of one host, by UDP as any search does and by TCP for networks that let nothing else through. Ends shortly after the
 * first answer, because a discovery port answers for many.
 */
final class DirectSearch implements Discovery.Search {
    private static final long SETTLE_MS = 100;
    private static final long TCP_AGAIN_MS = 1_000;

    private final Discovery discovery;
    private final InfoClient client;
    private final String predicate;
    private final List<Peers.Target> targets;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, StreamInfo> found = new LinkedHashMap<>();
    private final Promise<List<StreamInfo>> done = Promise.promise();

    private DirectSearch(Discovery discovery, InfoClient client, String predicate, List<Peers.Target> targets) {
        this.discovery = discovery;
        this.client = client;
        this.predicate = predicate;
        this.targets = targets;
    }

    /** On the discovery context. */
    static Future<List<StreamInfo>> run(
            Discovery discovery, InfoClient client, KnownPeer peer, String predicate, Duration timeout) {
        Families families = Families.ofSearches(discovery.config());
        long started = System.nanoTime();
        return lookUp(discovery.vertx(), peer, timeout).compose(all -> {
            List<Peers.Target> usable =
                    all.stream().filter(each -> families.allow(each.address())).toList();
            return new DirectSearch(discovery, client, predicate, usable)
                    .begin(timeout.minusNanos(System.nanoTime() - started));
        });
    }

    /** Name servers have time limits of their own, and long ones. */
    private static Future<List<Peers.Target>> lookUp(Vertx vertx, KnownPeer peer, Duration timeout) {
        Promise<List<Peers.Target>> targets = Promise.promise();
        long limit = vertx.setTimer(
                Math.max(1, timeout.toMillis()),
                late -> targets.tryFail(
                        new LslException("the name of host " + peer.host() + " was not looked up in time")));
        vertx.executeBlocking(() -> Peers.resolve(peer), false).onComplete(answer -> {
            vertx.cancelTimer(limit);
            if (answer.succeeded()) {
                targets.tryComplete(answer.result());
            } else {
                targets.tryFail(
                        new LslException("the name of host " + peer.host() + " cannot be looked up", answer.cause()));
            }
        });
        return targets.future();
    }

    private Future<List<StreamInfo>> begin(Duration timeout) {
        Vertx vertx = discovery.vertx();
        discovery.add(this);
        long udp = vertx.setPeriodic(
                0,
                discovery.config().tuning().unicastMinRtt().toMillis(),
                again -> discovery.ask(this, targets).onFailure(done::tryFail));
        targets.forEach(this::askByTcp);
        long limit = vertx.setTimer(Math.max(1, timeout.toMillis()), over -> complete());
        return done.future().onComplete(ended -> {
            vertx.cancelTimer(udp);
            vertx.cancelTimer(limit);
            discovery.remove(this);
        });
    }

    private void askByTcp(Peers.Target target) {
        client.shortInfo(new Endpoint(target.address(), target.port(), 0), predicate)
                .onComplete(answer -> {
                    if (answer.succeeded()) {
                        found(at(target, discovery.located(answer.result(), target.address())));
                    } else if (!done.future().isComplete()) {
                        discovery.vertx().setTimer(TCP_AGAIN_MS, again -> {
                            if (!done.future().isComplete()) {
                                askByTcp(target);
                            }
                        });
                    }
                });
    }

    /** Whatever the outlet thinks its port is: data can be had where the answer came from, perhaps through a tunnel. */
    private static StreamInfo at(Peers.Target target, StreamInfo info) {
        Endpoint v4 = info.v4();
        Endpoint v6 = info.v6();
        return Addresses.isIpv6(target.address())
                ? info.withEndpoints(v4, new Endpoint(v6.address(), target.port(), v6.servicePort()))
                : info.withEndpoints(new Endpoint(v4.address(), target.port(), v4.servicePort()), v6);
    }

    @Override
    public String token() {
        return token;
    }

    @Override
    public String predicate() {
        return predicate;
    }

    @Override
    public void found(StreamInfo info) {
        if (found.size() >= discovery.config().limits().knownStreams() && !found.containsKey(info.uid())) {
            discovery.counters().streamsRefused.increment();
            return;
        }
        if (found.isEmpty()) {
            discovery.vertx().setTimer(SETTLE_MS, settled -> complete());
        }
        found.merge(info.uid(), info, Discovery::merged);
    }

    private void complete() {
        done.tryComplete(List.copyOf(found.values()));
    }
}
