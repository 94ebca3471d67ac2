package dev.sinal.lsl.jna;

import com.sun.jna.Pointer;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockSeries;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.ListenerGroup;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.Subscription;
import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.net.Contexts;
import dev.sinal.lsl.net.InletClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream coming through the native library. One thread of its own makes every native call about it, from opening to
 * freeing, so a call in flight and a close cannot meet; no call waits longer than half a second. The listener is told on its context.
 */
final class PulledInlet implements Inlet {
    private static final Logger LOG = LoggerFactory.getLogger(PulledInlet.class);
    private static final double WAIT_S = 0.1;
    private static final double SLICE_S = 0.25;
    private static final long PAUSE_LOOK_MS = 20;
    private static final int OPENING_SLICES = 12;
    private static final int DEFAULT_BUFFER_SECONDS = 360;
    private static final int IRREGULAR_RATE = 100;

    private final NativeLsl node;
    private final Context context;
    private final InletOptions options;
    private final ListenerGroup listeners;
    private final InletClock clock;
    private final Deliveries deliveries;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Promise<Void> closed = Promise.promise();
    private final Thread thread;

    private volatile StreamInfo target;
    private volatile State state = State.CONNECTING;
    private volatile long received;
    private volatile boolean paused;

    private boolean everOpened;
    private String lastOpenUid = "";
    private double lastRate;
    private int attempts;

    PulledInlet(NativeLsl node, Context context, StreamInfo info, InletOptions options, InletListener listener) {
        this.node = node;
        this.context = context;
        this.target = info;
        this.options = options;
        this.listeners = new ListenerGroup(listener);
        this.clock = new InletClock(
                options.processing(),
                node.config().tuning().smoothingHalftime(),
                !options.probeInterval(node.config().tuning()).isZero(),
                node.counters(),
                listeners);
        this.deliveries = new Deliveries(context, closing);
        this.thread = NativeWork.daemon("sinal-liblsl-inlet-" + info.name(), this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!isClosing()) {
                InletHandle handle = opened();
                if (handle == null) {
                    continue;
                }
                try {
                    pullUntilLost(handle);
                } finally {
                    handle.free();
                }
                if (!options.recover()) {
                    break;
                }
                rest();
            }
        } catch (LslException error) {
            state = State.CLOSED;
            LOG.warn("inlet gave up: stream={} reason={}", target.name(), error.getMessage());
            deliveries.add(() -> listeners.failed(error));
        } catch (RuntimeException | Error bug) {
            LOG.error("inlet failed: stream={}", target.name(), bug);
            deliveries.add(() -> listeners.failed(new LslException("the native inlet failed", bug)));
        } finally {
            state = State.CLOSED;
            node.forget(this);
            deliveries.last(() -> {
                clock.release();
                listeners.closed();
                closed.complete();
            });
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private boolean closesWithin(long ms) {
        try {
            return closing.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** An inlet that is connected and described; null if this attempt came to nothing. */
    private @Nullable InletHandle opened() {
        Pointer made = make();
        if (made == null) {
            return null;
        }
        InletHandle handle = new InletHandle(node.library(), made);
        boolean open = false;
        try {
            StreamInfo full = null;
            for (int i = 0; i < OPENING_SLICES && !isClosing() && !open; i++) {
                full = full == null ? handle.fullInfo(SLICE_S, node.config().limits()) : full;
                open = full != null && handle.open(SLICE_S);
            }
            if (open && full != null) {
                attempts = 0;
                handle.offset();
                tellOpened(full);
                return handle;
            }
            attemptFailed(full == null ? "no description came" : "the stream did not open");
        } catch (InletHandle.LostException gone) {
            attemptFailed(String.valueOf(gone.getMessage()));
        } finally {
            if (!open) {
                handle.free();
            }
        }
        if (!options.recover()) {
            closing.countDown();
        }
        return null;
    }

    /** The outlet as it was found, at first; after that whichever the device has now. */
    private @Nullable Pointer make() {
        StreamInfo now = target;
        Pointer inlet = attempts == 0 && !everOpened ? inlet(now) : null;
        if (inlet != null) {
            return inlet;
        }
        StreamInfo found = device(now);
        if (found == null) {
            attemptFailed("no outlet of the stream answers");
            return null;
        }
        target = found;
        return inlet(found);
    }

    /** The outlet we had, else the only other one; null if there is none, or several. */
    private @Nullable StreamInfo device(StreamInfo info) {
        List<StreamInfo> found = Presence.ofDevice(node.known(), info, this::isClosing);
        if (found.size() > 1) {
            deliveries.add(() -> listeners.duplicate(found));
        }
        return found.size() == 1 ? found.get(0) : null;
    }

    /** The native library recovers by itself only what has a source id. */
    private @Nullable Pointer inlet(StreamInfo info) {
        boolean recovers = options.recover() && !info.sourceId().isEmpty();
        return node.known().inlet(node.library(), info, bufferSamples(info), options.maxChunkSamples(), recovers);
    }

    private int bufferSamples(StreamInfo info) {
        if (options.maxBufferSamples() > 0) {
            return options.maxBufferSamples();
        }
        double rate = info.nominalRate() > 0 ? info.nominalRate() : IRREGULAR_RATE;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, rate * DEFAULT_BUFFER_SECONDS));
    }

    private void attemptFailed(String reason) {
        if (!isClosing()) {
            deliveries.add(() -> listeners.attemptFailed(reason));
            rest();
        }
    }

    private void rest() {
        long min = options.backoffMin().toMillis();
        long base = Math.min(options.backoffMax().toMillis(), min << Math.min(20, attempts++));
        closesWithin(Math.max(1, base / 2 + ThreadLocalRandom.current().nextLong(base / 2 + 1)));
    }

    private void pullUntilLost(InletHandle handle) {
        SamplePull pull = new SamplePull(target, node.config().limits());
        NativeProbes probes = new NativeProbes(
                options.probeInterval(node.config().tuning()), node.library().tellsUncertainty());
        Suspicion suspicion = new Suspicion(
                target.nominalRate(),
                options.silence().isZero() ? node.config().tuning().watchdogTimeThreshold() : options.silence());
        try {
            while (!isClosing()) {
                if (paused) {
                    closesWithin(PAUSE_LOOK_MS);
                    suspicion.arrived();
                    continue;
                }
                if (handle.moved()) {
                    // All of the former outlet was taken already: this loop never lets anything lie.
                    resumed(true);
                }
                SampleBatch batch = pull.held(handle);
                if (batch == null) {
                    batch = pull.next(handle, WAIT_S);
                    if (batch != null && handle.moved()) {
                        resumed(true);
                    }
                }
                if (batch != null) {
                    if (state == State.LOST) {
                        resumed(false);
                    }
                    suspicion.arrived();
                    deliver(batch);
                }
                probe(handle, probes);
                if (state == State.OPEN && suspicion.isDue(probes.failedInARow())) {
                    ask(suspicion);
                }
                if (state == State.OPEN && suspicion.isConfirmed()) {
                    tellLost("the outlet does not answer any more");
                }
            }
        } catch (InletHandle.LostException gone) {
            tellLost(String.valueOf(gone.getMessage()));
        }
    }

    private void deliver(SampleBatch batch) {
        deliveries.add(() -> {
            received += batch.size();
            clock.samples(batch);
        });
    }

    private void probe(InletHandle handle, NativeProbes probes) {
        ClockProbe probe = probes.look(handle, LslClock.now());
        if (probe != null && state == State.OPEN) {
            deliveries.add(() -> clock.probed(probe));
        }
    }

    /** On another thread, so that samples do not wait for the answer. */
    private void ask(Suspicion suspicion) {
        StreamInfo asked = target;
        node.work()
                .run(() -> Presence.isThere(node.known(), asked, this::isClosing))
                .onSuccess(there -> suspicion.answered(there));
    }

    /** The native library reads another connection than before, maybe of another outlet: its own description is of the first one. */
    private void resumed(boolean moved) {
        if (state == State.OPEN) {
            tellLost("the native library has moved to another outlet");
        }
        StreamInfo found = device(target);
        if (found == null) {
            tellOpened(target, moved);
            return;
        }
        target = found;
        StreamInfo full = node.describe(found, this::isClosing);
        tellOpened(full == null ? found : full, moved || !found.uid().equals(lastOpenUid));
    }

    private void tellOpened(StreamInfo full) {
        tellOpened(full, everOpened && !full.uid().equals(lastOpenUid));
    }

    private void tellOpened(StreamInfo full, boolean recovered) {
        double rateBefore = everOpened ? lastRate : full.nominalRate();
        lastRate = full.nominalRate();
        everOpened = true;
        lastOpenUid = full.uid();
        target = full;
        state = State.OPEN;
        deliveries.add(() -> {
            listeners.opened(full, recovered);
            if (rateBefore != full.nominalRate()) {
                listeners.rateChanged(rateBefore, full.nominalRate());
            }
            clock.opened(full.nominalRate(), recovered);
        });
    }

    private void tellLost(String reason) {
        if (state == State.OPEN) {
            state = State.LOST;
            LOG.info("inlet lost its outlet: stream={} reason={}", target.name(), reason);
            deliveries.add(() -> {
                clock.release();
                listeners.lost(reason);
            });
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

    /** The native library goes on reading: what is not pulled stays in its buffer, where the oldest are dropped silently. */
    @Override
    public Future<Void> pause() {
        paused = true;
        return Contexts.toCaller(Future.succeededFuture());
    }

    @Override
    public Future<Void> resume() {
        paused = false;
        return Contexts.toCaller(Future.succeededFuture());
    }

    @Override
    public Future<Void> close() {
        closing.countDown();
        return Contexts.toCaller(closed.future());
    }
}
