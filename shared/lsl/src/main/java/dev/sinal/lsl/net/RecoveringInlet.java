package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockSeries;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.ListenerGroup;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.Subscription;
import dev.sinal.lsl.SuspectStamps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream coming: connects, and after a loss tries the old address with growing pauses while it looks for the same device
 * elsewhere. Everything but the getters runs on the inlet's context.
 */
final class RecoveringInlet implements Inlet {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveringInlet.class);
    private static final Duration LOOKUP = Duration.ofSeconds(2);
    private static final int DEFAULT_BUFFER_SECONDS = 360;
    private static final int IRREGULAR_RATE = 100;

    private final LslNode node;
    private final Vertx vertx;
    private final Context context;
    private final InletOptions options;
    private final ListenerGroup listeners;
    private final Seeker seeker;
    private final Violations violations;
    private final Route route = new Route();
    private final InletClock clock;

    private volatile StreamInfo target;
    private volatile State state = State.CONNECTING;
    private volatile long received;

    private @Nullable StreamInfo full;
    private @Nullable StreamInfo lastOpen;
    private @Nullable InletConnection connection;
    private @Nullable ProbeWaves probes;
    private @Nullable RateGuard guard;
    private StreamInfo tried;
    private Endpoint used = Endpoint.NONE;
    private boolean attempting;
    private boolean paused;
    private int attempt;
    private int failures;
    private long lastReceived;
    private long retryTimer = -1;
    private long watchdog = -1;

    RecoveringInlet(LslNode node, Context context, StreamInfo info, InletOptions options, InletListener listener) {
        this.node = node;
        this.vertx = node.vertx();
        this.context = context;
        this.target = info;
        this.tried = info;
        this.options = options;
        this.listeners = new ListenerGroup(listener);
        this.violations = new Violations(options.violationsAllowed());
        this.seeker = new Seeker(node, context, new Seeker.Events() {
            @Override
            public void found(StreamInfo outlet) {
                adopt(outlet);
            }

            @Override
            public void duplicate(List<StreamInfo> outlets) {
                LOG.warn(
                        "several outlets could be the stream that was lost: stream={} outlets={}",
                        target.name(),
                        outlets.size());
                listeners.duplicate(outlets);
            }
        });
        this.clock = new InletClock(
                options.processing(),
                node.config().tuning().smoothingHalftime(),
                !options.probeInterval(node.config().tuning()).isZero(),
                node.counters(),
                listeners);
    }

    void start() {
        context.runOnContext(go -> {
            if (state == State.CLOSED) {
                return;
            }
            LslException unusable =
                    InletConnection.unusable(target, node.config().limits());
            if (unusable != null) {
                giveUp(unusable);
                return;
            }
            watchdog = vertx.setPeriodic(checkInterval().toMillis(), look -> watch());
            if (hasAddress()) {
                attempt();
            } else {
                seeker.start(target);
            }
        });
    }

    private Duration checkInterval() {
        return options.silence().isZero() ? node.config().tuning().watchdogCheckInterval() : options.silence();
    }

    private Duration silence() {
        return options.silence().isZero() ? node.config().tuning().watchdogTimeThreshold() : options.silence();
    }

    private boolean hasAddress() {
        return !target.endpoints().isEmpty();
    }

    /** The full description first, so that no sample has to wait for it. */
    private void attempt() {
        if (state == State.CLOSED || state == State.OPEN || attempting || !hasAddress()) {
            return;
        }
        attempting = true;
        int mine = ++attempt;
        vertx.cancelTimer(retryTimer);
        StreamInfo wanted = nextTry();
        Endpoint endpoint = route.choose(wanted);
        tried = wanted;
        used = endpoint;
        StreamInfo known = full;
        Future<StreamInfo> description = known != null && known.uid().equals(wanted.uid())
                ? Future.succeededFuture(known.withEndpoints(wanted.v4(), wanted.v6()))
                : node.info().ask(wanted, endpoint);
        description.onComplete(answer -> {
            if (state == State.CLOSED || mine != attempt) {
                return;
            }
            if (answer.failed()) {
                LslProtocolException violation = answer.cause() instanceof LslProtocolException broken ? broken : null;
                ended("no description: " + answer.cause().getMessage(), violation);
                return;
            }
            LslException unusable =
                    InletConnection.unusable(answer.result(), node.config().limits());
            if (unusable != null) {
                giveUp(unusable);
            } else {
                connect(answer.result(), endpoint);
            }
        });
    }

    /** Somebody may have answered in the name of our outlet from elsewhere: every other time we go where it last was. */
    private StreamInfo nextTry() {
        StreamInfo last = lastOpen;
        return last != null && last.uid().equals(target.uid()) && failures % 2 == 1 ? last : target;
    }

    private void connect(StreamInfo description, Endpoint endpoint) {
        full = description;
        InletConnection fresh = new InletConnection(
                vertx,
                description,
                node.config().limits(),
                node.config().tuning().useProtocolVersion(),
                new InletConnection.Events() {
                    @Override
                    public void opened() {
                        RecoveringInlet.this.opened(description, endpoint);
                    }

                    @Override
                    public void samples(SampleBatch batch) {
                        RecoveringInlet.this.samples(batch);
                    }

                    @Override
                    public void ended(String reason, @Nullable LslProtocolException violation) {
                        RecoveringInlet.this.ended(reason, violation);
                    }
                });
        connection = fresh;
        fresh.reading(!paused);
        if (options.reuseBatches()) {
            fresh.reuseBatches();
        }
        fresh.start(node.client(), endpoint, bufferSamples(description), options.maxChunkSamples());
    }

    private int bufferSamples(StreamInfo description) {
        if (options.maxBufferSamples() > 0) {
            return options.maxBufferSamples();
        }
        double rate = description.nominalRate() > 0 ? description.nominalRate() : IRREGULAR_RATE;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, rate * DEFAULT_BUFFER_SECONDS));
    }

    private void opened(StreamInfo description, Endpoint endpoint) {
        StreamInfo before = lastOpen;
        boolean recovered = before != null && !description.uid().equals(before.uid());
        route.worked(endpoint);
        seeker.stop();
        seeker.worked(description);
        attempting = false;
        failures = 0;
        lastOpen = description;
        target = description;
        state = State.OPEN;
        lastReceived = System.nanoTime();
        guard = new RateGuard(description.nominalRate(), lastReceived);
        Duration probeInterval = options.probeInterval(node.config().tuning());
        if (!probeInterval.isZero()) {
            int during = attempt;
            probes = node.probes().start(endpoint, probeInterval, probe -> probed(during, probe));
        }
        listeners.opened(description, recovered);
        if (before != null && before.nominalRate() != description.nominalRate()) {
            listeners.rateChanged(before.nominalRate(), description.nominalRate());
        }
        clock.opened(description.nominalRate(), recovered);
    }

    /** @param during the connection that the probe belongs to: the next may be to another clock */
    private void probed(int during, ClockProbe probe) {
        context.runOnContext(go -> {
            if (state == State.OPEN && attempt == during) {
                clock.probed(probe);
            }
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on one context only
    private void samples(SampleBatch batch) {
        lastReceived = System.nanoTime();
        received += batch.size();
        clock.samples(batch);
        RateGuard current = guard;
        LslProtocolException flood = current == null ? null : current.received(batch.size(), lastReceived);
        if (flood != null) {
            LOG.warn("a stream sends more than it declares: stream={} reason={}", target.name(), flood.getMessage());
            node.counters().peersFlagged.increment();
            listeners.warned(flood);
        }
    }

    private void ended(String reason, @Nullable LslProtocolException violation) {
        boolean wasOpen = state == State.OPEN;
        if (wasOpen) {
            clock.release();
        }
        attempting = false;
        attempt++;
        connection = null;
        stopProbing();
        if (violation != null) {
            node.counters().violations.increment();
        }
        if (wasOpen || violation != null) {
            LOG.info("inlet lost its outlet: stream={} reason={}", target.name(), reason);
        }
        if (wasOpen) {
            state = State.LOST;
            listeners.lost(reason);
        } else if (violation == null && state != State.CLOSED) {
            listeners.attemptFailed(reason);
        }
        if (state == State.CLOSED) {
            return;
        }
        if (violation != null && violations.another(System.nanoTime())) {
            if (!options.recover() || !seeker.knowsAnother(tried)) {
                giveUp(violation);
                return;
            }
            violations.forget();
            seeker.distrust(tried);
        }
        if (!options.recover()) {
            shut();
            listeners.closed();
            return;
        }
        retryTimer = vertx.setTimer(restMillis(), again -> {
            if (hasAddress()) {
                attempt();
            }
        });
        seeker.start(target);
        if (!wasOpen) {
            route.failed(used);
            seeker.failed(tried);
        }
    }

    /** Doubles from attempt to attempt, with jitter so that many inlets do not knock at once; violators always wait. */
    private long restMillis() {
        long min = options.backoffMin().toMillis();
        long max = options.backoffMax().toMillis();
        int steps = Math.min(20, Math.max(failures++, violations.inRow()));
        long base = Math.min(max, min << steps);
        return Math.max(1, base / 2 + ThreadLocalRandom.current().nextLong(base / 2 + 1));
    }

    private void adopt(StreamInfo found) {
        if (state == State.OPEN || state == State.CLOSED) {
            return;
        }
        boolean elsewhere =
                !found.uid().equals(target.uid()) || !found.endpoints().contains(used);
        target = found;
        if (attempting && elsewhere) {
            abandonAttempt();
        }
        // A peer that breaks the protocol is not knocked at any faster because it is easy to find.
        if (violations.calm(System.nanoTime()) || !found.uid().equals(tried.uid())) {
            attempt();
        }
    }

    /** To an address where nobody may ever answer. */
    private void abandonAttempt() {
        attempting = false;
        attempt++;
        InletConnection current = connection;
        if (current != null) {
            current.close();
            connection = null;
        }
    }

    /** There is no keep-alive: after a time of silence we look whether the device has moved. A silent marker stream is normal. */
    private void watch() {
        if (state != State.OPEN
                || paused
                || !options.recover()
                || System.nanoTime() - lastReceived < silence().toNanos()) {
            return;
        }
        String uid = target.uid();
        node.find(Predicates.forIdentity(target), LOOKUP)
                .onSuccess(streams -> context.runOnContext(go -> {
                    if (state != State.OPEN || !target.uid().equals(uid)) {
                        return;
                    }
                    StreamInfo found = seeker.choose(streams, target);
                    InletConnection current = connection;
                    if (found != null && !found.uid().equals(uid) && current != null) {
                        current.close();
                        target = found;
                        ended("silent, and found at another outlet", null);
                    }
                }));
    }

    private void giveUp(LslException error) {
        shut();
        LOG.warn("inlet gave up: stream={} reason={}", target.name(), error.getMessage());
        listeners.failed(error);
        listeners.closed();
    }

    private void shut() {
        state = State.CLOSED;
        vertx.cancelTimer(retryTimer);
        vertx.cancelTimer(watchdog);
        seeker.stop();
        stopProbing();
        InletConnection current = connection;
        if (current != null) {
            current.close();
            connection = null;
        }
        node.forget(this);
    }

    private void stopProbing() {
        ProbeWaves current = probes;
        if (current != null) {
            current.stop();
            probes = null;
        }
    }

    @Override
    public StreamInfo info() {
        return target;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public ClockSeries clock() {
        return clock.series();
    }

    @Override
    public long suspectStamps(SuspectStamps.Kind kind) {
        return clock.suspect(kind);
    }

    @Override
    public Subscription consume(InletListener consumer) {
        return listeners.subscribe(context, consumer);
    }

    @Override
    public Future<Void> pause() {
        return reading(false);
    }

    @Override
    public Future<Void> resume() {
        return reading(true);
    }

    private Future<Void> reading(boolean on) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(go -> {
            paused = !on;
            InletConnection current = connection;
            if (current != null) {
                current.reading(on);
            }
            done.complete();
        });
        return Contexts.toCaller(done.future());
    }

    @Override
    public Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(go -> {
            shut();
            listeners.closed();
            done.complete();
        });
        return Contexts.toCaller(done.future());
    }
}
