package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.http.TokenBuckets;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who is in: bounds the connections, all, of one address and of one subject, and how many may arrive at once, so that everybody who was thrown out by a restart
 * comes back in an order. Confined to one event loop.
 */
final class Doors {
    private static final int LATEST_RETRY_S = 5;

    private final LiveLimits.Connections limits;
    private final LiveMetrics metrics;
    private final TokenBuckets handshakes;
    private final Map<String, Integer> addresses = new HashMap<>();
    private final Map<String, Integer> subjects = new HashMap<>();
    private final Map<Seat, Boolean> taken = new IdentityHashMap<>();

    Doors(LiveLimits.Connections limits, LiveMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        this.handshakes = new TokenBuckets(limits.handshakesPerSecond(), limits.handshakeBurst());
    }

    /** What is told to come back later. */
    interface Guest {
        /** Completes when it has been told, as far as that can be known. */
        Future<Void> restart();
    }

    /** One place; {@link #leave} gives it back. */
    final class Seat {
        private final String address;
        private @Nullable String subject;
        private @Nullable AtomicInteger gauge;
        private @Nullable Guest guest;
        private boolean left;

        private Seat(String address) {
            this.address = address;
        }

        /** @param kind counts this kind of connection */
        void sit(Guest connection, AtomicInteger kind) {
            guest = connection;
            gauge = kind;
            kind.incrementAndGet();
        }

        /** @return false when the subject has as many as it may */
        boolean enter(String name) {
            if (subjects.getOrDefault(name, 0) >= limits.perSubject()) {
                metrics.refused("subject");
                return false;
            }
            subjects.merge(name, 1, Integer::sum);
            subject = name;
            return true;
        }

        /** Safe to repeat. */
        void leave() {
            if (left) {
                return;
            }
            left = true;
            taken.remove(this);
            release(addresses, address);
            if (subject != null) {
                release(subjects, subject);
            }
            if (gauge != null) {
                gauge.decrementAndGet();
            }
        }
    }

    private static void release(Map<String, Integer> counts, String key) {
        counts.computeIfPresent(key, (name, open) -> open == 1 ? null : open - 1);
    }

    /** @throws io.vertx.serviceproxy.ServiceException UNAVAILABLE or RATE_LIMITED, with a time to come back that differs from caller to caller */
    Seat take(String address) {
        if (taken.size() >= limits.most()) {
            metrics.refused("full");
            throw later(RpcError.UNAVAILABLE, "too many live connections", limits.most());
        }
        if (addresses.getOrDefault(address, 0) >= limits.perAddress()) {
            metrics.refused("address");
            throw later(RpcError.RATE_LIMITED, "too many live connections from this address", limits.perAddress());
        }
        if (handshakes.take("") > 0) {
            metrics.refused("handshakes");
            throw later(RpcError.UNAVAILABLE, "too many live connections at once", limits.handshakesPerSecond());
        }
        addresses.merge(address, 1, Integer::sum);
        Seat seat = new Seat(address);
        taken.put(seat, true);
        return seat;
    }

    private static RuntimeException later(RpcError error, String detail, int limit) {
        int seconds = ThreadLocalRandom.current().nextInt(1, LATEST_RETRY_S + 1);
        return error.exception(detail, new JsonObject().put("limit", limit).put("retry_after_s", seconds));
    }

    int taken() {
        return taken.size();
    }

    Set<Seat> seats() {
        return Collections.unmodifiableSet(taken.keySet());
    }

    static @Nullable Guest guest(Seat seat) {
        return seat.guest;
    }
}
