package dev.sinal.gateway.live;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits for one viewer. As long as the connection takes messages nothing waits; then a bounded number of bytes does, the oldest samples give way to
 * newer ones, and the viewer is told what it missed as soon as it reads again. A viewer that takes nothing for a while is cut off.
 * Confined to one event loop.
 */
final class Outbox {
    /** The connection. */
    interface Pipe {
        /** Whether it wants to be left alone until {@link Outbox#drained} is called. */
        boolean full();

        void write(LiveMessage message);

        /** The viewer is too slow. */
        void cut();
    }

    private static final long NO_TIMER = -1;

    private record Missed(Stretch first, Stretch last, long samples) {
        Missed and(Stretch next) {
            return new Missed(first, next, samples + next.lastSeq() - next.firstSeq() + 1);
        }
    }

    private record StreamOfView(int subscription, String streamId) {}

    private final Vertx vertx;
    private final Pipe pipe;
    private final LiveLimits.Queues limits;
    private final LiveMetrics metrics;
    private final ArrayDeque<LiveMessage> queue = new ArrayDeque<>();
    private final Map<StreamOfView, Missed> missed = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int bytes;
    private long timer = NO_TIMER;
    private boolean closed;

    Outbox(Vertx vertx, Pipe pipe, LiveLimits.Queues limits, LiveMetrics metrics) {
        this.vertx = vertx;
        this.pipe = pipe;
        this.limits = limits;
        this.metrics = metrics;
    }

    void offer(LiveMessage message) {
        if (closed) {
            return;
        }
        if (idle()) {
            write(message);
            return;
        }
        queue.add(message);
        hold(message.size());
        makeRoom();
        arm();
    }

    /** Runs the task when nothing waits any more; never after {@link #close}. */
    void whenIdle(Runnable task) {
        if (closed) {
            return;
        }
        if (idle()) {
            task.run();
        } else {
            waiting.add(task);
            arm();
        }
    }

    /** The connection takes messages again. */
    void drained() {
        if (closed) {
            return;
        }
        disarm();
        while (!missed.isEmpty() && !pipe.full()) {
            Iterator<Missed> told = missed.values().iterator();
            Missed stretch = told.next();
            told.remove();
            write(stretch.first().group().missed(stretch.first(), stretch.last(), stretch.samples()));
        }
        while (!queue.isEmpty() && !pipe.full()) {
            LiveMessage next = queue.remove();
            hold(-next.size());
            write(next);
        }
        while (!waiting.isEmpty() && idle() && !closed) {
            waiting.remove().run();
        }
        if (!idle()) {
            arm();
        }
    }

    /** Forgets what a subscription has waiting. */
    void forget(int subscription) {
        queue.removeIf(message -> {
            boolean its = message.stretch() != null && message.stretch().group().id() == subscription;
            if (its) {
                hold(-message.size());
            }
            return its;
        });
        missed.keySet().removeIf(key -> key.subscription() == subscription);
    }

    void close() {
        closed = true;
        disarm();
        hold(-bytes);
        queue.clear();
        missed.clear();
        waiting.clear();
    }

    /** Whether a message would go out at once. */
    boolean idle() {
        return queue.isEmpty() && missed.isEmpty() && !pipe.full();
    }

    private void write(LiveMessage message) {
        metrics.sent(message.size());
        pipe.write(message);
    }

    private void hold(int more) {
        boolean before = bytes > 0;
        bytes += more;
        if (before != bytes > 0) {
            metrics.slow(before ? -1 : 1);
        }
        metrics.queuedBytes().addAndGet(more);
    }

    private void makeRoom() {
        Iterator<LiveMessage> oldest = queue.iterator();
        int limit = limit();
        while (bytes > limit && oldest.hasNext()) {
            LiveMessage message = oldest.next();
            Stretch stretch = message.stretch();
            if (stretch == null) {
                continue;
            }
            oldest.remove();
            hold(-message.size());
            metrics.dropped();
            missed.merge(
                    new StreamOfView(stretch.group().id(), stretch.streamId()),
                    new Missed(stretch, stretch, stretch.lastSeq() - stretch.firstSeq() + 1),
                    (before, now) -> before.and(stretch));
        }
        if (bytes > 2 * limits.bytes()) {
            pipe.cut();
        }
    }

    /** All slow readers together have a bound too: when it is short, each has its part of it. */
    private int limit() {
        return Math.min(limits.bytes(), limits.totalBytes() / Math.max(1, metrics.slowReaders()));
    }

    private void arm() {
        if (timer == NO_TIMER && !closed) {
            timer = vertx.setTimer(limits.stuck().toMillis(), fired -> {
                timer = NO_TIMER;
                pipe.cut();
            });
        }
    }

    private void disarm() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
