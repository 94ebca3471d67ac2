package dev.sinal.ingest.net;

import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a stream from knocking at an outlet that takes no connections, or drops them at once, and from opening an epoch each time. A
 * connection counts once it has lasted 2 s. After three failures in 30 s the inlet is closed; it is opened again, for one try, after 1, 2, 4
 * and then every 5 s, or at once when the device shows up with another outlet. Used on one event loop.
 *
 * <p>A peer that breaks the protocol is not counted here: its inlet gives up by itself, and the stream crashes by the rules of restarts.
 */
final class OutletBreaker {
    private static final int MOST_FAILURES = 3;
    private static final long WINDOW_MS = 30_000;
    private static final long FIRST_WAIT_MS = 1_000;
    private static final long MOST_WAIT_MS = 5_000;
    private static final long STEADY_MS = 2_000;

    /** What is guarded. */
    interface Outlet {
        /** Opens the inlet: one try, or more when the first ones fail. */
        void open();

        /** Closes the inlet: nothing is tried until {@link #open}. */
        void shut(String reason);
    }

    private final Vertx vertx;
    private final OutletBreakers all;
    private final Outlet outlet;
    private final @Nullable CircuitBreaker breaker;
    private @Nullable Promise<Void> attempt;
    private String why = "";
    private boolean shut;
    private boolean halfOpen;
    private boolean atOnce;
    private boolean closed;
    private int opened;
    private long steadyTimer = -1;
    private long tryTimer = -1;

    /** Guards nothing when there are too many breakers already. */
    OutletBreaker(Vertx vertx, OutletBreakers all, String name, Outlet outlet) {
        this.vertx = vertx;
        this.all = all;
        this.outlet = outlet;
        breaker = all.enter(this) ? make(name) : null;
    }

    private CircuitBreaker make(String name) {
        CircuitBreakerOptions options = new CircuitBreakerOptions()
                .setMaxFailures(MOST_FAILURES)
                .setFailuresRollingWindow(WINDOW_MS)
                .setTimeout(-1)
                .setResetTimeout(FIRST_WAIT_MS)
                .setNotificationAddress(null);
        return CircuitBreaker.create("outlet-" + name, vertx, options)
                .openHandler(open -> broken())
                .halfOpenHandler(half -> halfOpen());
    }

    /** Opens the inlet for the first time. */
    void start() {
        outlet.open();
        attempt();
    }

    /** The inlet tries to connect. */
    private void attempt() {
        CircuitBreaker guard = breaker;
        if (guard == null || attempt != null || closed) {
            return;
        }
        Promise<Void> tried = Promise.promise();
        attempt = tried;
        guard.<Void>execute(tried::future).onComplete(done -> {
            if (guard.state() == CircuitBreakerState.CLOSED) {
                opened = done.succeeded() ? 0 : opened;
                if (done.failed()) {
                    attempt();
                }
            }
        });
    }

    /** The inlet is connected. */
    void connected() {
        vertx.cancelTimer(steadyTimer);
        steadyTimer = breaker == null
                ? -1
                : vertx.setTimer(STEADY_MS, steady -> {
                    steadyTimer = -1;
                    end(null);
                });
    }

    /** The inlet lost its connection. */
    void lost(String reason) {
        if (steadyTimer >= 0) {
            failed("the connection ended at once: " + reason);
        } else {
            attempt();
        }
    }

    /** The inlet could not connect. */
    void failed(String reason) {
        why = reason;
        vertx.cancelTimer(steadyTimer);
        steadyTimer = -1;
        end(reason);
    }

    private void end(@Nullable String failure) {
        Promise<Void> tried = attempt;
        attempt = null;
        if (tried == null) {
            return;
        }
        if (failure == null) {
            tried.complete();
        } else {
            tried.fail(failure);
        }
    }

    private void broken() {
        opened++;
        all.opened();
        shut = true;
        halfOpen = false;
        outlet.shut(why);
    }

    /** The library's wait does not grow: what is missing is waited here. */
    private void halfOpen() {
        halfOpen = true;
        if (atOnce) {
            reset();
        } else {
            tryTimer = vertx.setTimer(Math.max(1, waitMs() - FIRST_WAIT_MS), go -> tryNow());
        }
    }

    private long waitMs() {
        return Math.min(MOST_WAIT_MS, FIRST_WAIT_MS << Math.min(10, Math.max(0, opened - 1)));
    }

    private void tryNow() {
        if (!closed && shut) {
            vertx.cancelTimer(tryTimer);
            shut = false;
            start();
        }
    }

    /** The device has another outlet: what is known of the old one counts no more. The library lets an open breaker rest a second first. */
    void reset() {
        CircuitBreaker guard = breaker;
        atOnce = guard != null && shut;
        if (guard != null && atOnce && halfOpen) {
            atOnce = false;
            opened = 0;
            guard.reset();
            tryNow();
        }
    }

    /** Why nothing is tried now, for people; empty when the inlet is open. */
    String reason() {
        return shut
                ? "its outlet takes no connection (" + why + "), tried again every " + Math.max(1, waitMs() / 1000)
                        + " s"
                : "";
    }

    /** closed, half_open or open. */
    String state() {
        CircuitBreaker guard = breaker;
        if (guard == null || guard.state() == CircuitBreakerState.CLOSED) {
            return "closed";
        }
        return shut ? "open" : "half_open";
    }

    void close() {
        closed = true;
        vertx.cancelTimer(steadyTimer);
        vertx.cancelTimer(tryTimer);
        if (breaker != null) {
            breaker.close();
            all.leave(this);
        }
    }
}
