package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.ListenerGroup;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamWatch;
import dev.sinal.lsl.Subscription;
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
    private static final long SETTLE_MS = 300;
    private static final long CALM_NANOS = 60_000_000_000L;
    private static final Duration LOOKUP = Duration.ofSeconds(2);
    private static final int DEFAULT_BUFFER_SECONDS = 360;
    private static final int IRREGULAR_RATE = 100;

    private final LslNode node;
    private final Vertx vertx;
    private final Context context;
    private final InletOptions options;
    private final ListenerGroup listeners;

    private volatile StreamInfo target;
    private volatile State state = State.CONNECTING;
    private volatile long received;

    private @Nullable StreamInfo full;
    private @Nullable InletConnection connection;
    private @Nullable StreamWatch search;
    private @Nullable ProbeWaves probes;
    private final Route route = new Route();
    private Endpoint used = Endpoint.NONE;
    private boolean attempting;
    private boolean looking;
    private boolean paused;
    private boolean everOpened;
    private String lastOpenUid = "";
    private int attempts;
    private int violations;
    private long lastViolation;
    private long lastReceived;
    private long retryTimer = -1;
    private long watchdog = -1;
    private long settleTimer = -1;

    RecoveringInlet(LslNode node, Context context, StreamInfo info, InletOptions options, InletListener listener) {
        this.node = node;
        this.vertx = node.vertx();
        this.context = context;
        this.target = info;
        this.options = options;
        this.listeners = new ListenerGroup(listener);
    }

    void start() {
        context.runOnContext(go -> {
            if (state == State.CLOSED) {
                return;
            }
            if (!InletConnection.isUsable(target, node.config().limits())) {
                giveUp(InletConnection.unusable(target, node.config().limits()));
                return;
            }
            watchdog = vertx.setPeriodic(options.silence().toMillis(), look -> watch());
            if (hasAddress()) {
                attempt();
            } else {
                searchForDevice();
            }
        });
    }

    private boolean hasAddress() {
        return !target.endpoints().isEmpty();
    }

    /** The full description first, so that no sample has to wait for it. */
    private void attempt() {
        if (state == State.CLOSED || state == State.OPEN || attempting) {
            return;
        }
        attempting = true;
        vertx.cancelTimer(retryTimer);
        StreamInfo tried = target;
        Endpoint endpoint = route.choose(tried);
        used = endpoint;
        StreamInfo known = full;
        Future<StreamInfo> description = known != null && known.uid().equals(tried.uid())
                ? Future.succeededFuture(known.withEndpoints(tried.v4(), tried.v6()))
                : node.info().ask(tried, endpoint);
        description.onComplete(answer -> {
            if (state == State.CLOSED) {
                return;
            }
            if (answer.failed()) {
                LslProtocolException violation = answer.cause() instanceof LslProtocolException broken ? broken : null;
                ended("no description: " + answer.cause().getMessage(), violation);
            } else if (!InletConnection.isUsable(answer.result(), node.config().limits())) {
                giveUp(InletConnection.unusable(answer.result(), node.config().limits()));
            } else {
                connect(answer.result(), endpoint);
            }
        });
    }

    private void connect(StreamInfo description, Endpoint endpoint) {
        full = description;
        InletConnection fresh =
                new InletConnection(vertx, description, node.config().limits(), new InletConnection.Events() {
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
        route.worked(endpoint);
        attempting = false;
        attempts = 0;
        boolean recovered = everOpened && !description.uid().equals(lastOpenUid);
        everOpened = true;
        lastOpenUid = description.uid();
        target = description;
        state = State.OPEN;
        lastReceived = System.nanoTime();
        stopSearching();
        if (!options.probeInterval().isZero()) {
            probes = ProbeWaves.start(vertx, node.probeContext(), endpoint, options.probeInterval(), this::probed);
        }
        listeners.opened(description, recovered);
    }

    private void probed(ClockProbe probe) {
        context.runOnContext(go -> {
            if (state == State.OPEN) {
                listeners.probe(probe);
            }
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on one context only
    private void samples(SampleBatch batch) {
        lastReceived = System.nanoTime();
        received += batch.size();
        listeners.samples(batch);
    }

    private void ended(String reason, @Nullable LslProtocolException violation) {
        boolean wasOpen = state == State.OPEN;
        if (!wasOpen) {
            route.failed(used);
        }
        attempting = false;
        connection = null;
        stopProbing();
        if (violation != null && tooManyViolations()) {
            giveUp(violation);
            return;
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
        if (!options.recover()) {
            shut();
            listeners.closed();
            return;
        }
        searchForDevice();
        retryTimer = vertx.setTimer(restMillis(), again -> {
            if (hasAddress()) {
                attempt();
            }
        });
    }

    private boolean tooManyViolations() {
        long now = System.nanoTime();
        violations = now - lastViolation > CALM_NANOS ? 1 : violations + 1;
        lastViolation = now;
        return violations >= options.violationsAllowed();
    }

    /** Doubles from attempt to attempt, with jitter so that many inlets do not knock at once; violators always wait. */
    private long restMillis() {
        long min = options.backoffMin().toMillis();
        long max = options.backoffMax().toMillis();
        int steps = Math.min(20, Math.max(attempts++, violations));
        long base = Math.min(max, min << steps);
        return Math.max(1, base / 2 + ThreadLocalRandom.current().nextLong(base / 2 + 1));
    }

    private void searchForDevice() {
        if (search != null) {
            return;
        }
        search = node.search(Predicates.forIdentity(target), new StreamWatch.Listener() {
            @Override
            public void appeared(StreamInfo info) {
                context.runOnContext(go -> candidatesChanged());
            }

            @Override
            public void vanished(StreamInfo info) {
                context.runOnContext(go -> candidatesChanged());
            }
        });
    }

    private void candidatesChanged() {
        StreamInfo found = candidate();
        if (found == null) {
            return;
        }
        if (found.uid().equals(target.uid())) {
            adopt(found);
        } else if (settleTimer < 0) {
            // The first to answer need not be the only one.
            settleTimer = vertx.setTimer(SETTLE_MS, settled -> {
                settleTimer = -1;
                StreamInfo left = candidate();
                if (left != null) {
                    adopt(left);
                }
            });
        }
    }

    private @Nullable StreamInfo candidate() {
        StreamWatch current = search;
        return current == null || state == State.OPEN || state == State.CLOSED ? null : choose(current.streams());
    }

    private void adopt(StreamInfo found) {
        target = found;
        // A peer that breaks the protocol is not knocked at any faster because it is easy to find.
        if (violations == 0 || System.nanoTime() - lastViolation > CALM_NANOS) {
            attempt();
        }
    }

    /** The outlet we had, else the only other one; with several we cannot know which is ours. */
    private @Nullable StreamInfo choose(List<StreamInfo> streams) {
        List<StreamInfo> candidates =
                streams.stream().filter(each -> each.sameIdentity(target)).toList();
        for (StreamInfo each : candidates) {
            if (each.uid().equals(target.uid())) {
                return each;
            }
        }
        return candidates.size() == 1 ? candidates.get(0) : null;
    }

    /** There is no keep-alive: after a time of silence we look whether the device has moved. A silent marker stream is normal. */
    private void watch() {
        if (state != State.OPEN
                || looking
                || !options.recover()
                || System.nanoTime() - lastReceived < options.silence().toNanos()) {
            return;
        }
        String uid = target.uid();
        node.find(Predicates.forIdentity(target), LOOKUP)
                .onSuccess(streams -> context.runOnContext(go -> {
                    if (state != State.OPEN || !target.uid().equals(uid)) {
                        return;
                    }
                    StreamInfo found = choose(streams);
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
        vertx.cancelTimer(settleTimer);
        stopSearching();
        stopProbing();
        InletConnection current = connection;
        if (current != null) {
            current.close();
            connection = null;
        }
        node.forget(this);
    }

    private void stopSearching() {
        StreamWatch current = search;
        if (current != null) {
            current.close();
            search = null;
        }
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
    public Subscription consume(InletListener consumer) {
        context.runOnContext(go -> listeners.add(consumer));
        return new Subscription() {
            @Override
            public long dropped() {
                return 0;
            }

            @Override
            public int waiting() {
                return 0;
            }

            @Override
            public void close() {
                context.runOnContext(go -> listeners.remove(consumer));
            }
        };
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
