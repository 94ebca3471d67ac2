package dev.sinal.lsl.net;

import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.KnownPeer;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslStats;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The door in pure Java: everything that one {@link Lsl} owns. */
public final class LslNode implements Lsl {
    private static final int CONNECT_MS = 2_000;

    private final Vertx vertx;
    private final LslConfig config;
    private final Counters counters = new Counters();
    private final Context io;
    private final ProbeThread probes;
    private final NetClient client;
    private final InfoClient info;
    private final Discovery discovery;
    private final QueryAnswers answers;
    private final Responder responder;
    private final Set<RecoveringInlet> inlets = ConcurrentHashMap.newKeySet();
    private final Set<ServedOutlet> outlets = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public LslNode(Vertx vertx, LslConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.io = Contexts.own(vertx);
        this.probes = new ProbeThread(config.tuning());
        this.client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(CONNECT_MS)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true));
        this.info = new InfoClient(vertx, client, config.limits());
        this.discovery = new Discovery(vertx, io, config, counters);
        this.answers = new QueryAnswers(config, counters);
        this.responder = new Responder(vertx, config, answers);
    }

    Vertx vertx() {
        return vertx;
    }

    @Override
    public LslConfig config() {
        return config;
    }

    NetClient client() {
        return client;
    }

    InfoClient info() {
        return info;
    }

    Counters counters() {
        return counters;
    }

    ProbeThread probes() {
        return probes;
    }

    @Override
    public Future<List<StreamInfo>> resolve(StreamQuery query, int minimum, Duration timeout) {
        return resolve(query, minimum, Duration.ZERO, timeout);
    }

    @Override
    public Future<List<StreamInfo>> resolve(StreamQuery query, int minimum, Duration least, Duration timeout) {
        String predicate = Predicates.forQuery(query, config.sessionId());
        return Contexts.toCaller(
                Contexts.on(io, () -> OneShotSearch.run(discovery, predicate, minimum, least, timeout)));
    }

    @Override
    public Future<List<StreamInfo>> resolveAt(String host, int port, StreamQuery query, Duration timeout) {
        if (port < 1) {
            return Future.failedFuture(new LslException("port must be 1 to 65535, was " + port));
        }
        KnownPeer peer = new KnownPeer(host, port);
        String predicate = Predicates.forQuery(query, config.sessionId());
        return Contexts.toCaller(Contexts.on(io, () -> DirectSearch.run(discovery, info, peer, predicate, timeout)));
    }

    @Override
    public StreamWatch watch(StreamQuery query, Duration forgetAfter, StreamWatch.Listener listener) {
        String predicate = Predicates.forQuery(query, config.sessionId());
        return ContinuousSearch.start(discovery, predicate, forgetAfter, listener);
    }

    StreamWatch search(String predicate, StreamWatch.Listener listener) {
        return ContinuousSearch.start(discovery, predicate, FORGET_AFTER, listener);
    }

    /** All that answer within the time. */
    Future<List<StreamInfo>> find(String predicate, Duration time) {
        return Contexts.on(io, () -> OneShotSearch.run(discovery, predicate, 0, Duration.ZERO, time));
    }

    @Override
    public Future<StreamInfo> fullInfo(StreamInfo shortInfo) {
        return Contexts.toCaller(Contexts.on(io, () -> info.ask(shortInfo)));
    }

    @Override
    public Future<Outlet> openOutlet(StreamInfo description, OutletOptions options) {
        if (closed) {
            return Future.failedFuture(new LslException("closed"));
        }
        if (description.channelCount() < 1
                || description.channelCount() > config.limits().channels()) {
            return Future.failedFuture(
                    new LslProtocolException("channel_count", config.limits().channels(), description.channelCount()));
        }
        Context own = Contexts.own(vertx);
        Future<Outlet> opening = Contexts.on(
                io,
                () -> OutletPorts.open(vertx, config, answers, own)
                        .compose(ports -> serve(description, options, ports)));
        return Contexts.toCaller(opening);
    }

    private Future<Outlet> serve(StreamInfo description, OutletOptions options, OutletPorts ports) {
        StreamInfo served = description
                .served(
                        UUID.randomUUID().toString(),
                        HostName.get(),
                        config.sessionId(),
                        LslClock.now(),
                        ports.v4(),
                        ports.v6())
                .withProtocol(config.tuning().useProtocolVersion());
        ServedOutlet outlet = new ServedOutlet(vertx, config, counters, options, served);
        outlet.onClose(() -> {
            if (outlets.remove(outlet)) {
                counters.samplesDropped.add(outlet.dropped());
            }
            return Contexts.on(io, () -> responder.remove(outlet).eventually(ports::close));
        });
        ports.serve(outlet);
        outlets.add(outlet);
        return Contexts.on(io, () -> responder.add(outlet)).map(outlet);
    }

    @Override
    public Inlet openInlet(StreamInfo description, InletOptions options, InletListener listener) {
        if (closed) {
            throw new LslException("closed");
        }
        RecoveringInlet inlet = new RecoveringInlet(this, Contexts.callerOrOwn(vertx), description, options, listener);
        inlets.add(inlet);
        inlet.start();
        return inlet;
    }

    void forget(RecoveringInlet inlet) {
        inlets.remove(inlet);
    }

    @Override
    public LslStats stats() {
        long droppedNow = outlets.stream().mapToLong(Outlet::dropped).sum();
        return counters.stats(droppedNow, inlets.size(), outlets.size());
    }

    @Override
    public Future<Void> close() {
        closed = true;
        List<Future<Void>> closing = new ArrayList<>();
        inlets.forEach(inlet -> closing.add(inlet.close()));
        outlets.forEach(outlet -> closing.add(outlet.close()));
        Future<Void> all = Future.join(closing)
                .transform(ended -> Contexts.on(io, discovery::close))
                .transform(ended -> client.close())
                .onComplete(ended -> probes.close());
        return Contexts.toCaller(all);
    }
}
