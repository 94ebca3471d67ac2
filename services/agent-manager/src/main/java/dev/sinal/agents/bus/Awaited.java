package dev.sinal.agents.bus;

import dev.sinal.agents.domain.Agent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for an agent to reach a state. The row is the truth: it is looked at when this manager changes it, and every half second because
 * another manager may have. Bounded: a call that finds no place is answered at once. Lives on one event loop.
 */
final class Awaited {
    static final int MOST = 1000;
    private static final long POLL_MS = 500;

    private final Vertx vertx;
    private final Function<String, Future<Look>> look;
    private final Map<String, Set<Wait>> waits = new HashMap<>();
    private int size;
    private boolean closed;

    /** What a look at the row found; null = no such agent. */
    record Look(@Nullable Agent agent) {}

    Awaited(Vertx vertx, Function<String, Future<Look>> look) {
        this.vertx = vertx;
        this.look = look;
    }

    int size() {
        return size;
    }

    /** @param first what is known now @param reached also ends the wait when the agent has gone @return what was seen last */
    Future<Look> until(Agent first, Predicate<Agent> reached, double seconds) {
        if (reached.test(first) || seconds <= 0 || size >= MOST || closed) {
            return Future.succeededFuture(new Look(first));
        }
        Wait wait = new Wait(first, reached, Math.round(seconds * 1000));
        waits.computeIfAbsent(first.id(), id -> new LinkedHashSet<>()).add(wait);
        size++;
        wait.arm();
        return wait.promise.future();
    }

    /** This manager has just written the row. */
    void changed(Agent agent) {
        Set<Wait> waiting = waits.get(agent.id());
        if (waiting != null) {
            List.copyOf(waiting).forEach(wait -> wait.saw(new Look(agent)));
        }
    }

    /** This manager has just deleted the row. */
    void gone(String id) {
        Set<Wait> waiting = waits.get(id);
        if (waiting != null) {
            List.copyOf(waiting).forEach(wait -> wait.saw(new Look(null)));
        }
    }

    /** Answers all with what is known. */
    void close() {
        closed = true;
        List.copyOf(waits.values()).forEach(waiting -> List.copyOf(waiting).forEach(Wait::over));
    }

    private final class Wait {
        private final String id;
        private final Predicate<Agent> reached;
        private final Promise<Look> promise = Promise.promise();
        private final long deadlineNs;
        private Look last;
        private long timer = -1;
        private boolean done;

        Wait(Agent first, Predicate<Agent> reached, long waitMs) {
            this.id = first.id();
            this.last = new Look(first);
            this.reached = reached;
            this.deadlineNs = System.nanoTime() + waitMs * 1_000_000;
        }

        /** Looks again after a while; the last look is at the deadline. */
        void arm() {
            long pause = Math.max(1, Math.min(leftMs(), POLL_MS));
            timer = vertx.setTimer(pause, fired -> look.apply(id).onComplete(this::looked, this::failed));
        }

        void saw(Look seen) {
            if (done) {
                return;
            }
            last = seen;
            if (seen.agent() == null || reached.test(seen.agent())) {
                over();
            }
        }

        void over() {
            if (end()) {
                promise.complete(last);
            }
        }

        private long leftMs() {
            return (deadlineNs - System.nanoTime()) / 1_000_000;
        }

        private void looked(Look seen) {
            saw(seen);
            if (done) {
                return;
            }
            if (leftMs() <= 0) {
                over();
            } else {
                arm();
            }
        }

        private void failed(Throwable failure) {
            if (end()) {
                promise.fail(failure);
            }
        }

        private boolean end() {
            if (done) {
                return false;
            }
            done = true;
            vertx.cancelTimer(timer);
            size--;
            Set<Wait> waiting = waits.get(id);
            if (waiting != null) {
                waiting.remove(this);
                if (waiting.isEmpty()) {
                    waits.remove(id);
                }
            }
            return true;
        }
    }
}
