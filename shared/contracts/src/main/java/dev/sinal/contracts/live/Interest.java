package dev.sinal.contracts.live;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.LiveTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import io.vertx.serviceproxy.ServiceProxyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process's interest in one agent: declared, renewed three times in its life with jitter, given up when the last topic leaves. A call that fails is tried again
 * after 1 s, 2 s, 4 s, at most as long as between renewals. Bound to no verticle: those that watch come and go, also without a word.
 */
final class Interest implements Shareable {
    /** Two renewals may be lost, and a producer that dies is noticed by nobody for longer. */
    private static final int TTL_S = 15;

    private static final long RENEW_MS = TTL_S * 1_000L / 3;
    private static final long FIRST_RETRY_MS = 1_000;
    private static final long TIMEOUT_MS = 3_000;
    private static final String MAP = "sinal.telemetry.interests";

    private final Vertx vertx;
    private final String agentId;
    private final LiveTelemetry service;
    private final List<Member> members = new ArrayList<>();
    private final Promise<Void> declared = Promise.promise();
    private boolean ended;
    private int failures;

    /** A topic, as its interest knows it. */
    interface Member {
        /** False once its verticle is undeployed. */
        boolean open();

        void failed(Throwable failure);
    }

    private Interest(Vertx vertx, String agentId) {
        this.vertx = vertx;
        this.agentId = agentId;
        this.service = new ServiceProxyBuilder(vertx)
                .setAddress(Addresses.LIVE_TELEMETRY)
                .setOptions(new DeliveryOptions().setSendTimeout(TIMEOUT_MS))
                .build(LiveTelemetry.class);
    }

    /** The interest of this Vert.x in the agent, with one more member. */
    static Interest join(Vertx vertx, String agentId, Member member) {
        LocalMap<String, Interest> interests = interests(vertx);
        while (true) {
            Interest interest = interests.computeIfAbsent(agentId, id -> new Interest(vertx, id));
            if (interest.add(member)) {
                return interest;
            }
            interests.removeIfPresent(agentId, interest); // its last member leaves at this moment
        }
    }

    private static LocalMap<String, Interest> interests(Vertx vertx) {
        return vertx.sharedData().getLocalMap(MAP);
    }

    private synchronized boolean add(Member member) {
        if (ended) {
            return false;
        }
        members.add(member);
        if (members.size() == 1) {
            CompletableFuture.runAsync(this::declare); // not on the context of a verticle, which may end first
        }
        return true;
    }

    synchronized void leave(Member member) {
        members.remove(member);
        endIfLeft();
    }

    private synchronized void endIfLeft() {
        if (members.isEmpty() && !ended) {
            ended = true;
            interests(vertx).removeIfPresent(agentId, this);
        }
    }

    Future<Void> declared() {
        return declared.future();
    }

    private void declare() {
        synchronized (this) {
            members.removeIf(member -> !member.open());
            endIfLeft();
            if (ended) {
                return;
            }
        }
        service.watch(agentId, TTL_S).onComplete(done -> answered(done.succeeded() ? null : done.cause()));
    }

    private void answered(@Nullable Throwable failure) {
        List<Member> told;
        synchronized (this) {
            if (ended) {
                return;
            }
            failures = failure == null ? 0 : failures + 1;
            told = failures == 1 ? List.copyOf(members) : List.of();
            CompletableFuture.delayedExecutor(jittered(waitMs()), TimeUnit.MILLISECONDS)
                    .execute(this::declare);
        }
        if (failure == null) {
            declared.tryComplete();
        } else {
            told.forEach(member -> member.failed(failure));
        }
    }

    private long waitMs() {
        return failures == 0 ? RENEW_MS : Math.min(RENEW_MS, FIRST_RETRY_MS << Math.min(failures - 1, 4));
    }

    private static long jittered(long ms) {
        return ms - ThreadLocalRandom.current().nextLong(ms / 4 + 1);
    }
}
