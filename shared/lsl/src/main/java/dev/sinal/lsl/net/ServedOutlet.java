package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslQueryException;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.QueryDocument;
import dev.sinal.lsl.protocol.QueryPredicate;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An outlet: stamps and encodes what is pushed, once, and hands it to every connection's queue. Its sockets are {@link OutletPorts}. */
final class ServedOutlet implements Outlet {
    private final Vertx vertx;
    private final LslConfig config;
    private final Counters counters;
    private final OutletOptions options;
    private final StreamInfo info;
    private final StreamInfo shortInfo;
    private final QueryDocument document;
    private final QueryDocument documentOfOld;
    private final SamplePacker packer;
    private final Map<WireForm, Lane> lanes = new EnumMap<>(WireForm.class);
    private final Runnable pumping = this::pumpAll;
    private final AtomicBoolean waking = new AtomicBoolean();
    private final List<OutletConnection> connections = new CopyOnWriteArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final OutletClients clients = new OutletClients();
    private final Map<String, Boolean> predicates = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > config.tuning().maxCachedQueries();
        }
    };
    private Supplier<Future<Void>> release = Future::succeededFuture;
    private long droppedByGone;
    private boolean pushThrough;
    private volatile boolean closed;

    /** Samples in one form, for all who read that. */
    private record Lane(SampleLane lane, SampleLane.Reader delivery) {}

    private record Waiter(int consumers, Promise<Void> promise) {}

    /** @param info with uid and ports */
    ServedOutlet(Vertx vertx, LslConfig config, Counters counters, OutletOptions options, StreamInfo info) {
        this.vertx = vertx;
        this.config = config;
        this.counters = counters;
        this.options = options;
        this.info = info;
        this.shortInfo = info.withoutDesc();
        this.document = QueryDocument.of(info);
        this.documentOfOld = QueryDocument.ofOldLibraries(info);
        this.packer = new SamplePacker(info, config.limits(), config.tuning().forceDefaultTimestamps());
    }

    /** @param sockets frees everything the outlet holds */
    void onClose(Supplier<Future<Void>> sockets) {
        release = sockets;
    }

    Vertx vertx() {
        return vertx;
    }

    LslLimits limits() {
        return config.limits();
    }

    StreamInfo shortInfo() {
        return shortInfo;
    }

    @Override
    public StreamInfo info() {
        return info;
    }

    /** Whether the predicate of a query holds; malformed ones do not. The description never changes, so answers are remembered. */
    boolean matches(String predicate) {
        if (closed) {
            return false; // or who has just lost it would find it again
        }
        synchronized (predicates) {
            return predicates.computeIfAbsent(predicate, this::evaluate);
        }
    }

    private boolean evaluate(String predicate) {
        if (predicate.isEmpty()) {
            return true;
        }
        try {
            QueryPredicate query = QueryPredicate.parse(predicate);
            // Inlets up to 1.12 compare the rate as text in their own number format.
            return query.test(document) || query.test(documentOfOld);
        } catch (LslQueryException malformed) {
            return false;
        }
    }

    /** Whether one more connection may come; if so it counts until it is {@link #left}. */
    boolean admit(OutletConnection connection) {
        if (closed) {
            connection.refuse(); // its sockets close a moment later
            return false;
        }
        OutletConnection refused = clients.admit(connection, config.limits().consumers());
        if (refused != null) {
            refused();
            refused.refuse();
        }
        return refused != connection;
    }

    /** It reads a feed: nobody who comes later may take its place. */
    void answered(OutletConnection connection) {
        clients.settled(connection);
    }

    /** A connection came to nothing. */
    void refused() {
        counters.requestsRefused.increment();
    }

    /**
     * The queue of a new consumer.
     *
     * @param buffer most samples it wants to be queued
     * @param chunk samples it wants to be sent at once, 0 = as the outlet likes
     */
    OutletQueue queueFor(int buffer, int chunk) {
        return new OutletQueue(
                Math.min(options.bufferSamples(info), buffer),
                options.maxBufferBytes(),
                chunk > 0 ? chunk : options.chunkLength());
    }

    synchronized void joined(OutletConnection connection) {
        if (closed) {
            connection.close();
            return;
        }
        connections.add(connection);
        lanes.computeIfAbsent(connection.form(), this::lane);
        List<Promise<Void>> ready = new ArrayList<>();
        waiters.removeIf(waiter -> connections.size() >= waiter.consumers() && ready.add(waiter.promise()));
        ready.forEach(promise -> promise.tryComplete());
    }

    synchronized void left(OutletConnection connection) {
        clients.left(connection);
        if (connections.remove(connection)) {
            droppedByGone += connection.dropped();
        }
        lanes.computeIfPresent(connection.form(), (form, lane) -> {
            boolean read = connections.stream().anyMatch(each -> each.form() == form);
            if (!read) {
                lane.lane().clear();
            }
            return read ? lane : null;
        });
    }

    @Override
    public int consumers() {
        return connections.size();
    }

    @Override
    public void push(float[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    @Override
    public void push(double[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    @Override
    public void push(int[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    @Override
    public void push(long[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    @Override
    public void push(short[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    @Override
    public void push(byte[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    @Override
    public void push(String[] sample, double stamp) {
        pushOne(sample, stamp);
    }

    private void pushOne(Object sample, double stamp) {
        push(sample, stamp, true);
    }

    /** The lock keeps stamps and order the same for all consumers; nothing in it waits. */
    @Override
    public synchronized void push(Object sample, double stamp, boolean pushThrough) {
        Object values = packer.fitting(sample, 1);
        deliver(values, 1, packer.one(stamp), pushThrough);
    }

    @Override
    public synchronized void pushChunk(
            Object rowMajorArray, int samples, double @Nullable [] stamps, double lastStamp, boolean pushThrough) {
        Object values = packer.fitting(rowMajorArray, samples);
        deliver(values, samples, packer.chunk(samples, stamps, lastStamp), pushThrough);
    }

    /** Encodes once for all, and only if anybody listens. */
    private void deliver(Object values, int samples, int transmitted, boolean through) {
        pushThrough = through;
        if (!closed) {
            for (Lane each : lanes.values()) {
                each.lane().append(values, samples, packer.stamps(), transmitted, each.delivery());
            }
        }
    }

    private Lane lane(WireForm form) {
        return new Lane(new SampleLane(info, form), (segment, from, to) -> offer(form, segment, from, to));
    }

    private void offer(WireForm form, SampleSegment segment, int from, int to) {
        EventLoop wake = null;
        for (OutletConnection connection : connections) {
            if (connection.form() == form && connection.offer(segment, from, to, pushThrough)) {
                wake = connection.loop();
            }
        }
        // One task wakes the event loop, however many consumers there are; it looks after all of them.
        if (wake != null && waking.compareAndSet(false, true)) {
            wake.execute(pumping);
        }
    }

    private void pumpAll() {
        waking.set(false);
        for (OutletConnection connection : connections) {
            connection.pump();
        }
    }

    @Override
    public synchronized long dropped() {
        return droppedByGone
                + connections.stream().mapToLong(OutletConnection::dropped).sum();
    }

    @Override
    public Future<Void> whenConsumers(int n) {
        return Contexts.toCaller(arrival(n).future());
    }

    @Override
    public Future<Boolean> whenConsumers(int n, Duration timeout) {
        Promise<Boolean> answer = Promise.promise();
        Promise<Void> arrival = arrival(n);
        long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> {
            synchronized (this) {
                waiters.removeIf(waiter -> waiter.promise() == arrival);
            }
            answer.tryComplete(false);
        });
        arrival.future().onComplete(arrived -> {
            vertx.cancelTimer(timer);
            if (arrived.succeeded()) {
                answer.tryComplete(true);
            } else {
                answer.tryFail(arrived.cause());
            }
        });
        return Contexts.toCaller(answer.future());
    }

    private Promise<Void> arrival(int n) {
        Promise<Void> promise = Promise.promise();
        synchronized (this) {
            if (closed) {
                promise.fail(new LslException("the outlet is closed"));
            } else if (connections.size() >= n) {
                promise.complete();
            } else {
                waiters.add(new Waiter(n, promise));
            }
        }
        return promise;
    }

    @Override
    public Future<Void> close() {
        List<Waiter> abandoned;
        synchronized (this) {
            closed = true;
            abandoned = List.copyOf(waiters);
            waiters.clear();
        }
        abandoned.forEach(waiter -> waiter.promise().tryFail(new LslException("the outlet is closed")));
        connections.forEach(OutletConnection::close);
        return Contexts.toCaller(release.get());
    }
}
