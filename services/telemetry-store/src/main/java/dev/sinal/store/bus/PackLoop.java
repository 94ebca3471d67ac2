package dev.sinal.store.bus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.runtime.Proxies;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.GrowingRest;
import dev.sinal.store.domain.PackedChunk;
import dev.sinal.store.sql.HotRemoval;
import dev.sinal.store.sql.Packer;
import dev.sinal.store.sql.Packer.Waiting;
import dev.sinal.store.sql.Reads;
import dev.sinal.store.sql.Rollups;
import dev.sinal.store.sql.SqlFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When packing runs: round after round over the epochs that wait, resting between chunks so that it takes no more than its share of one core, and not at all while
 * writers queue or the database is away. Whoever asks on the bus gets a round at once and without rests. Belongs to one event loop.
 */
public final class PackLoop {
    private static final Logger LOG = LoggerFactory.getLogger(PackLoop.class);
    private static final long LOOK_MS = 5_000;
    private static final long LONGEST_REST_MS = 60_000;
    private static final long REMOVAL_NS = TimeUnit.MINUTES.toNanos(1);
    /** An epoch that failed is left alone for so long. */
    private static final long FAILED_NS = TimeUnit.MINUTES.toNanos(10);

    private static final int EPOCHS_PER_ROUND = 1_000;
    private static final int ROLLUPS_PER_ROUND = 200;
    private static final long KNOWN_EPOCHS = 100_000;
    private static final EpochKey START = new EpochKey("", Long.MIN_VALUE);

    private final Vertx vertx;
    private final Gate gate;
    private final Packer packer;
    private final Rollups rollups;
    private final HotRemoval removal;
    private final PackMetrics metrics;
    private final BooleanSupplier writersQueue;
    private final double duty;
    private final boolean automatic;
    private final GrowingRest rest = new GrowingRest(LOOK_MS, LONGEST_REST_MS);
    private final Cache<EpochKey, NotBefore> notBefore =
            Caffeine.newBuilder().maximumSize(KNOWN_EPOCHS).build();

    private EpochKey cursor = START;
    private long backlog;
    private long removedAt = System.nanoTime() - REMOVAL_NS;
    private long timer = -1;
    private int hurry;
    private boolean stopping;
    private Future<Void> running = Future.succeededFuture();
    private @Nullable Promise<Void> resting;
    private @Nullable MessageConsumer<JsonObject> consumer;

    /**
     * @param writersQueue whether those who write wait already
     * @param duty share of one core, above 0, at most 1
     * @param automatic else only when asked
     */
    public PackLoop(
            Vertx vertx,
            Gate gate,
            Packer packer,
            Rollups rollups,
            HotRemoval removal,
            PackMetrics metrics,
            BooleanSupplier writersQueue,
            double duty,
            boolean automatic) {
        this.vertx = vertx;
        this.gate = gate;
        this.packer = packer;
        this.rollups = rollups;
        this.removal = removal;
        this.metrics = metrics;
        this.writersQueue = writersQueue;
        this.duty = duty;
        this.automatic = automatic;
    }

    /** Nothing is due before {@code at}, unless the epoch ended since. */
    private record NotBefore(long at, boolean ended) {}

    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("packing stops", null, false, false);
        }
    }

    /** Packed by one request. */
    private final class Sum implements Packer.Pace {
        private long chunks;
        private long rows;
        private long samples;
        private long bytesIn;
        private long bytesOut;

        @Override
        public Future<Void> rest(long spentNs, List<PackedChunk> packed) {
            metrics.packed(packed, spentNs);
            for (PackedChunk chunk : packed) {
                chunks++;
                rows += chunk.hotRows();
                samples += chunk.row().count();
                bytesIn += chunk.hotBytes();
                bytesOut += chunk.row().chunk().length;
            }
            return stopping ? Future.failedFuture(new StoppedException()) : Future.succeededFuture();
        }

        JsonObject toJson(int dropped) {
            return new JsonObject()
                    .put("chunks", chunks)
                    .put("rows", rows)
                    .put("samples", samples)
                    .put("bytes_in", bytesIn)
                    .put("bytes_out", bytesOut)
                    .put("partitions_dropped", dropped);
        }
    }

    /** @param address where a round can be asked for, see {@code Addresses.STORE_PACK} */
    public Future<Void> start(String address) {
        MessageConsumer<JsonObject> registered = vertx.eventBus().consumer(address, this::packNow);
        consumer = registered;
        if (automatic) {
            next(LOOK_MS);
        }
        return registered.completion();
    }

    /** Done when the chunk in work is stored or given up. */
    public Future<Void> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        wake();
        Future<Void> gone = consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
        return gone.transform(unregistered -> running).transform(done -> packer.close());
    }

    private void next(long delayMs) {
        if (!stopping) {
            timer = vertx.setTimer(Math.max(1, delayMs), tick -> {
                running = running.transform(before -> round()).transform(result -> {
                    if (result.failed()) {
                        failed(result.cause());
                        next(rest.next());
                    } else {
                        rest.reset();
                        next(result.result());
                    }
                    return Future.<Void>succeededFuture();
                });
            });
        }
    }

    private static void failed(Throwable failure) {
        if (!(failure instanceof StoppedException)) {
            LOG.warn("packing rests cause={}", failure.toString());
        }
    }

    private boolean mayWork() {
        return gate.isOpen() && !stopping && hurry == 0 && !writersQueue.getAsBoolean();
    }

    /** @return ms until the next */
    private Future<Long> round() {
        if (!mayWork()) {
            return Future.succeededFuture(LOOK_MS);
        }
        return packer.waiting(cursor, EPOCHS_PER_ROUND, null)
                .compose(this::visitAll)
                .compose(again -> roll(ROLLUPS_PER_ROUND).map(more -> again || more))
                .compose(again -> remove(false).map(dropped -> again ? 1 : LOOK_MS));
    }

    /** @return whether there is more to do now */
    private Future<Boolean> roll(int most) {
        if (most == 0 || !mayWork()) {
            return Future.succeededFuture(most == 0);
        }
        long began = System.nanoTime();
        return rollups.step()
                .compose(more -> more
                        ? pause(System.nanoTime() - began).compose(rested -> roll(most - 1))
                        : Future.succeededFuture(false));
    }

    private Future<Void> rollAll() {
        return rollups.step().compose(more -> more && !stopping ? rollAll() : Future.succeededFuture());
    }

    /** @return whether there is more to do now */
    private Future<Boolean> visitAll(List<Waiting> epochs) {
        Future<Boolean> visited = Future.succeededFuture(false);
        for (Waiting epoch : epochs) {
            backlog += epoch.samples();
            visited = visited.compose(more -> due(epoch) && mayWork()
                    ? visit(epoch).map(later -> more || later == 0)
                    : Future.succeededFuture(more));
        }
        boolean last = epochs.size() < EPOCHS_PER_ROUND;
        cursor = last ? START : epochs.get(epochs.size() - 1).key();
        if (last) {
            metrics.backlog(backlog);
            backlog = 0;
        }
        return visited.map(more -> more || !last);
    }

    private boolean due(Waiting epoch) {
        NotBefore known = notBefore.getIfPresent(epoch.key());
        return known == null || known.at() - System.nanoTime() <= 0 || epoch.ended() && !known.ended();
    }

    private Future<Long> visit(Waiting epoch) {
        return packer.pack(epoch.key(), false, this::paced).transform(result -> {
            if (result.failed() && result.cause() instanceof StoppedException) {
                return Future.succeededFuture(LOOK_MS);
            }
            if (result.failed()) {
                metrics.failed();
                SqlFailure kind = SqlFailure.of(result.cause());
                if (kind == SqlFailure.AWAY || kind == SqlFailure.FULL) {
                    later(epoch, FAILED_NS / 10);
                    return Future.failedFuture(result.cause());
                }
                LOG.warn(
                        "epoch not packed stream={} epoch={} cause={}",
                        epoch.key().streamId(),
                        epoch.key().epoch(),
                        result.cause().toString());
                later(epoch, FAILED_NS);
                return Future.succeededFuture(FAILED_NS);
            }
            later(epoch, result.result());
            return Future.succeededFuture(result.result());
        });
    }

    private void later(Waiting epoch, long ns) {
        notBefore.put(epoch.key(), new NotBefore(System.nanoTime() + ns, epoch.ended()));
    }

    /** So long that the time spent is the share of all time. */
    private Future<Void> paced(long spentNs, List<PackedChunk> packed) {
        metrics.packed(packed, spentNs);
        return pause(spentNs);
    }

    private Future<Void> pause(long spentNs) {
        if (stopping) {
            return Future.failedFuture(new StoppedException());
        }
        long restMs = (long) (spentNs / 1e6 * (1 - duty) / duty);
        if (hurry > 0 || restMs <= 0) {
            return Future.succeededFuture();
        }
        Promise<Void> rested = Promise.promise();
        resting = rested;
        vertx.setTimer(restMs, tick -> rested.tryComplete());
        return rested.future()
                .compose(done -> stopping ? Future.failedFuture(new StoppedException()) : Future.succeededFuture());
    }

    private void wake() {
        Promise<Void> now = resting;
        if (now != null) {
            now.tryComplete();
        }
    }

    private Future<Integer> remove(boolean now) {
        if (!now && System.nanoTime() - removedAt < REMOVAL_NS) {
            return Future.succeededFuture(0);
        }
        removedAt = System.nanoTime();
        return removal.round().onSuccess(metrics::dropped).recover(failure -> {
            LOG.info("hot partitions stay for now cause={}", failure.toString());
            return Future.succeededFuture(0);
        });
    }

    private void packNow(Message<JsonObject> message) {
        JsonObject request = message.body();
        String agentId = request == null ? null : request.getString("agent_id");
        hurry++;
        wake();
        Sum sum = new Sum();
        Future<Integer> packed = running.transform(before -> packAll(START, agentId, sum))
                .compose(done -> rollAll())
                .compose(done -> remove(true))
                .onComplete(done -> hurry--);
        running = packed.transform(any -> Future.succeededFuture());
        packed.onSuccess(dropped -> message.reply(sum.toJson(dropped))).onFailure(failure -> {
            LOG.warn("packing on request failed cause={}", failure.toString());
            message.reply(Reads.typed(failure));
        });
    }

    private Future<Void> packAll(EpochKey after, @Nullable String agentId, Sum sum) {
        return packer.waiting(after, EPOCHS_PER_ROUND, agentId).compose(epochs -> {
            Future<Void> packed = Future.succeededFuture();
            for (Waiting epoch : epochs) {
                packed = packed.compose(before -> packWhole(epoch.key(), sum));
            }
            return epochs.size() < EPOCHS_PER_ROUND
                    ? packed
                    : packed.compose(
                            done -> packAll(epochs.get(epochs.size() - 1).key(), agentId, sum));
        });
    }

    private Future<Void> packWhole(EpochKey key, Sum sum) {
        return packer.pack(key, true, sum)
                .compose(later -> later == 0 ? packWhole(key, sum) : Future.succeededFuture());
    }
}
