package dev.sinal.lsl.jna;

import com.sun.jna.Pointer;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslStats;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import dev.sinal.lsl.net.Contexts;
import dev.sinal.lsl.net.Counters;
import dev.sinal.lsl.net.Predicates;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The door over the native library. No native call that can wait is made on the caller's thread. */
public final class NativeLsl implements Lsl {
    private static final double INFO_S = 10;
    private static final double SLICE_S = 0.25;

    private final Vertx vertx;
    private final LslConfig config;
    private final LibLsl library;
    private final KnownStreams known;
    private final NativeWork work = new NativeWork();
    private final Counters counters = new Counters();
    private final Context context;
    private final Set<PulledInlet> inlets = ConcurrentHashMap.newKeySet();
    private final Set<PushedOutlet> outlets = ConcurrentHashMap.newKeySet();
    private final Set<PolledWatch> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private NativeLsl(Vertx vertx, LslConfig config, LibLsl library) {
        this.vertx = vertx;
        this.config = config;
        this.library = library;
        this.known = new KnownStreams(config.limits());
        this.context = Contexts.callerOrOwn(vertx);
    }

    /**
     * Opens the door. Nothing is sent yet. May read files: not for event loops.
     *
     * @param library from {@link LibLsl#load}
     * @throws LslException if the library cannot take these settings: it has one set of them per process
     */
    public static NativeLsl create(Vertx vertx, LslConfig config, LibLsl library) {
        library.configure(config);
        return new NativeLsl(vertx, config, library);
    }

    /** The library in use. */
    public LibLsl library() {
        return library;
    }

    KnownStreams known() {
        return known;
    }

    Counters counters() {
        return counters;
    }

    NativeWork work() {
        return work;
    }

    @Override
    public LslConfig config() {
        return config;
    }

    @Override
    public Future<List<StreamInfo>> resolve(StreamQuery query, int minimum, Duration timeout) {
        String predicate = Predicates.forQuery(query, config.sessionId());
        double seconds = timeout.toNanos() / 1e9;
        return Contexts.toCaller(work.run(() -> known.resolve(predicate, minimum, seconds)));
    }

    @Override
    public StreamWatch watch(StreamQuery query, Duration forgetAfter, StreamWatch.Listener listener) {
        if (closed) {
            throw new LslException("closed");
        }
        PolledWatch watch = new PolledWatch(this, context, forgetAfter, listener);
        watches.add(watch);
        watch.start(Predicates.forQuery(query, config.sessionId()));
        return watch;
    }

    @Override
    public Future<StreamInfo> fullInfo(StreamInfo shortInfo) {
        long until = System.nanoTime() + (long) (INFO_S * 1e9);
        return Contexts.toCaller(work.run(() -> {
            StreamInfo full = describe(shortInfo, () -> closed || System.nanoTime() > until);
            if (full == null) {
                throw new LslException("nobody described the stream " + shortInfo.name() + " within " + INFO_S + " s");
            }
            return full;
        }));
    }

    /** The full description by a connection of its own; null if none came in time. Waits. */
    @Nullable
    StreamInfo describe(StreamInfo shortInfo, BooleanSupplier giveUp) {
        Pointer made = known.inlet(library, shortInfo, 1, 0, false);
        if (made == null) {
            throw new LslException("the address of the stream " + shortInfo.name() + " is not known");
        }
        InletHandle handle = new InletHandle(library, made);
        try {
            StreamInfo full = null;
            while (full == null && !giveUp.getAsBoolean()) {
                full = handle.fullInfo(SLICE_S, config.limits());
            }
            return full;
        } catch (InletHandle.LostException gone) {
            return null;
        } finally {
            handle.free();
        }
    }

    @Override
    public Future<Outlet> openOutlet(StreamInfo info, OutletOptions options) {
        if (closed) {
            return Future.failedFuture(new LslException("closed"));
        }
        if (info.channelCount() < 1 || info.channelCount() > config.limits().channels()) {
            return Future.failedFuture(
                    new LslProtocolException("channel_count", config.limits().channels(), info.channelCount()));
        }
        return Contexts.toCaller(work.run(() -> open(info, options)));
    }

    private Outlet open(StreamInfo info, OutletOptions options) {
        Pointer description = Calls.lsl_create_streaminfo(
                Texts.utf8(info.name()),
                Texts.utf8(info.type()),
                info.channelCount(),
                info.nominalRate(),
                info.format().code(),
                Texts.utf8(info.sourceId()));
        if (description == null) {
            throw new LslException("the native library refuses the description of " + info.name());
        }
        try {
            Pointer desc = Calls.lsl_get_desc(description);
            info.desc().children().forEach(child -> append(desc, child));
            Pointer outlet = library.createOutlet(
                    description, options.bufferSamples(info), info.nominalRate(), options.chunkLength());
            if (outlet == null) {
                throw new LslException(
                        "the native library could not open an outlet for " + info.name() + ": no port may be free");
            }
            return opened(outlet);
        } finally {
            Calls.lsl_destroy_streaminfo(description);
        }
    }

    private Outlet opened(Pointer outlet) {
        Pointer served = Calls.lsl_get_info(outlet);
        if (served == null) {
            Calls.lsl_destroy_outlet(outlet);
            throw new LslException("the native library does not describe its outlet");
        }
        try {
            PushedOutlet opened = new PushedOutlet(this, outlet, Texts.info(served, config.limits()), config.limits());
            outlets.add(opened);
            return opened;
        } finally {
            Calls.lsl_destroy_streaminfo(served);
        }
    }

    private static void append(Pointer parent, DescElement element) {
        byte[] name = Texts.utf8(element.name());
        if (element.text().isEmpty()) {
            Calls.lsl_append_child(parent, name);
        } else {
            Calls.lsl_append_child_value(parent, name, Texts.utf8(element.text()));
        }
        if (!element.children().isEmpty()) {
            Pointer made = Calls.lsl_last_child(parent);
            element.children().forEach(child -> append(made, child));
        }
    }

    @Override
    public Inlet openInlet(StreamInfo info, InletOptions options, InletListener listener) {
        if (closed) {
            throw new LslException("closed");
        }
        PulledInlet inlet = new PulledInlet(this, Contexts.callerOrOwn(vertx), info, options, listener);
        inlets.add(inlet);
        inlet.start();
        return inlet;
    }

    void forget(PulledInlet inlet) {
        inlets.remove(inlet);
    }

    void forget(PushedOutlet outlet) {
        outlets.remove(outlet);
    }

    void forget(PolledWatch watch) {
        watches.remove(watch);
    }

    /** Clocks, stamps and what is open; the native library tells nothing of the rest, which is 0. */
    @Override
    public LslStats stats() {
        return counters.stats(0, inlets.size(), outlets.size());
    }

    @Override
    public Future<Void> close() {
        closed = true;
        List<Future<Void>> closing = new ArrayList<>();
        inlets.forEach(inlet -> closing.add(inlet.close()));
        outlets.forEach(outlet -> closing.add(outlet.close()));
        watches.forEach(PolledWatch::close);
        return Contexts.toCaller(Future.join(closing).transform(ended -> vertx.executeBlocking(this::shutDown, false)));
    }

    private @Nullable Void shutDown() throws InterruptedException {
        work.close();
        known.close();
        return null;
    }
}
