package dev.sinal.store.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.contracts.EpochIds;
import dev.sinal.store.domain.ExternalGroup;
import dev.sinal.store.domain.ExternalGroup.Known;
import dev.sinal.store.domain.ExternalGroup.Plan;
import dev.sinal.store.domain.ExternalPush;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores what external agents push: all writes that come together by one transaction, numbered under a lock per stream. When one of them spoils it, the
 * others are stored without it.
 *
 * <p>Where a stream ends is remembered from the write before, and checked by the transaction: when another store has written meanwhile, it is asked for.
 */
public final class ExternalWriter {
    private static final int MOST_REMEMBERED = 20_000;

    private final Vertx vertx;
    private final Pool pool;
    private final Partitions partitions;
    private final String node;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Cache<String, Known> remembered =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

    /** @param node name written into new epochs */
    public ExternalWriter(Vertx vertx, Pool pool, Partitions partitions, String node) {
        this.vertx = vertx;
        this.pool = pool;
        this.partitions = partitions;
        this.node = node;
    }

    /**
     * What became of writes.
     *
     * @param plans what was stored now
     * @param answers one for each write
     */
    public record Stored(List<Plan> plans, Map<ExternalPush, WriteAnswer> answers) {
        private static Stored failed(List<ExternalPush> pushes, Throwable failure) {
            return new Stored(
                    List.of(),
                    pushes.stream().collect(Collectors.toMap(push -> push, push -> WriteAnswer.failed(failure))));
        }

        private Stored and(Stored other) {
            List<Plan> both = new ArrayList<>(plans);
            both.addAll(other.plans);
            Map<ExternalPush, WriteAnswer> all = new HashMap<>(answers);
            all.putAll(other.answers);
            return new Stored(both, all);
        }

        /** Why none of the writes is stored, nor would others be; null otherwise. */
        private @Nullable Throwable away() {
            @Nullable Throwable away = null;
            for (WriteAnswer answer : answers.values()) {
                Throwable failure = answer.failure();
                if (failure == null || ofOneWrite(failure)) {
                    return null;
                }
                away = failure;
            }
            return away;
        }
    }

    /** Writes that can never be stored; what the others had written is rolled back, because their keys were claimed together. */
    private static final class RefusedWrites extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Map<ExternalPush, WriteAnswer> answers;

        RefusedWrites(Map<ExternalPush, WriteAnswer> answers) {
            super(answers.size() + " writes are refused", null, false, false);
            this.answers = answers;
        }
    }

    /** Another store has written what was remembered differently. */
    private static final class Outdated extends RuntimeException {
        private static final long serialVersionUID = 1;

        Outdated() {
            super("a stream has moved on", null, false, false);
        }
    }

    /** In order of arrival; each write is stored whole or not at all. Never fails: answers tell. */
    public Future<Stored> write(List<ExternalPush> pushes) {
        int again = firstRepeatedKey(pushes);
        if (again < pushes.size()) {
            return inTurn(pushes.subList(0, again), pushes.subList(again, pushes.size()));
        }
        return together(pushes).recover(failure -> apart(pushes, failure));
    }

    /** Two writes of one key are never in one transaction, so that the second finds the first. */
    private static int firstRepeatedKey(List<ExternalPush> pushes) {
        Set<ExternalKeys.Place> seen = new HashSet<>();
        for (int i = 0; i < pushes.size(); i++) {
            ExternalPush push = pushes.get(i);
            if (push.once() != null
                    && !seen.add(new ExternalKeys.Place(push.once().key(), push.agentId()))) {
                return i;
            }
        }
        return pushes.size();
    }

    private Future<Stored> apart(List<ExternalPush> pushes, Throwable failure) {
        if (failure instanceof RefusedWrites refused) {
            Stored without = new Stored(List.of(), refused.answers);
            List<ExternalPush> others = pushes.stream()
                    .filter(push -> !refused.answers.containsKey(push))
                    .toList();
            return others.isEmpty()
                    ? Future.succeededFuture(without)
                    : write(others).map(without::and);
        }
        if (pushes.size() == 1 || !ofOneWrite(failure)) {
            return Future.succeededFuture(Stored.failed(pushes, failure));
        }
        int half = pushes.size() / 2;
        return inTurn(pushes.subList(0, half), pushes.subList(half, pushes.size()));
    }

    private Future<Stored> inTurn(List<ExternalPush> first, List<ExternalPush> second) {
        return write(first).compose(stored -> {
            Throwable away = stored.away();
            return away == null
                    ? write(second).map(stored::and)
                    : Future.succeededFuture(stored.and(Stored.failed(second, away)));
        });
    }

    /** Whether the others may be stored without the one that caused it. */
    private static boolean ofOneWrite(Throwable failure) {
        SqlFailure kind = SqlFailure.of(failure);
        return failure instanceof ChunkFormatException
                || failure instanceof ServiceException
                || (kind != SqlFailure.AWAY && kind != SqlFailure.FULL);
    }

    private Future<Stored> together(List<ExternalPush> pushes) {
        Set<Long> days = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (ExternalPush push : pushes) {
            days.addAll(push.days());
            ids.addAll(push.streamIds());
        }
        return store(pushes, ids, days, true).recover(failure -> {
            if (SqlFailure.of(failure) == SqlFailure.COLLISION) {
                partitions.forget(days);
            } else if (!(failure instanceof Outdated)) {
                return Future.failedFuture(failure);
            }
            return store(pushes, ids, days, false);
        });
    }

    private Future<Stored> store(List<ExternalPush> pushes, Set<String> ids, Set<Long> days, boolean trusting) {
        Map<String, Known> trusted = trusting ? remembered.getAllPresent(ids) : Map.of();
        return partitions
                .ensure(days)
                .compose(ready ->
                        pool.withTransaction(connection -> store(connection, pushes, List.copyOf(ids), trusted)))
                .onSuccess(stored -> stored.plans()
                        .forEach(plan -> remembered.put(plan.envelope().stream().id(), plan.after())))
                .onFailure(failure -> remembered.invalidateAll(ids));
    }

    private Future<Stored> store(
            SqlConnection connection, List<ExternalPush> pushes, List<String> ids, Map<String, Known> trusted) {
        // One behind the other on the wire, answered together.
        Future<Void> locked = StreamEnds.lock(connection, ids);
        Future<Map<ExternalPush, WriteAnswer>> claimed = ExternalKeys.claim(connection, pushes);
        Future<Boolean> newest = StreamEnds.newest(connection, trusted);
        Future<Map<String, Known>> asked = StreamEnds.known(
                connection, ids.stream().filter(id -> !trusted.containsKey(id)).toList());
        return Future.all(locked, claimed, newest, asked).compose(all -> {
            if (!newest.result()) {
                return Future.failedFuture(new Outdated());
            }
            Map<String, Known> known = new HashMap<>(trusted);
            known.putAll(asked.result());
            Map<ExternalPush, WriteAnswer> answers = new HashMap<>(claimed.result());
            List<ExternalPush> fresh =
                    pushes.stream().filter(push -> !answers.containsKey(push)).toList();
            fresh.forEach(push -> answers.put(push, WriteAnswer.stored(push.samples())));
            return vertx.executeBlocking(() -> plan(fresh, known), false)
                    .compose(plans -> store(connection, plans))
                    .map(plans -> new Stored(plans, answers));
        });
    }

    private static Future<List<Plan>> store(SqlConnection connection, List<Plan> plans) {
        if (plans.isEmpty()) {
            return Future.succeededFuture(plans);
        }
        return register(connection, plans)
                .compose(done -> ChunkWriter.storeAll(
                        connection, plans.stream().map(Plan::run).toList()))
                .compose(whole -> whole ? Future.succeededFuture(plans) : Future.failedFuture(new Outdated()));
    }

    private List<Plan> plan(List<ExternalPush> pushes, Map<String, Known> known) {
        ExternalGroup group = new ExternalGroup(node, known);
        Map<ExternalPush, WriteAnswer> refused = new HashMap<>();
        for (ExternalPush push : pushes) {
            try {
                group.add(push);
            } catch (IllegalArgumentException e) {
                refused.put(push, WriteAnswer.failed(e));
            }
        }
        if (!refused.isEmpty()) {
            throw new RefusedWrites(refused);
        }
        return group.plans(previous -> EpochIds.next(System.currentTimeMillis(), previous, random));
    }

    private static Future<Void> register(SqlConnection connection, List<Plan> plans) {
        List<Plan> opening = plans.stream().filter(Plan::opens).toList();
        return opening.isEmpty()
                ? Future.succeededFuture()
                : EpochTable.register(
                        connection, opening.stream().map(Plan::envelope).toList());
    }

    /** Forgets the keys of writes that are a day old. */
    public Future<Void> forgetOldKeys() {
        return ExternalKeys.forgetOld(pool);
    }
}
