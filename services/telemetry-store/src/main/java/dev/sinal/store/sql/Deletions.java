package dev.sinal.store.sql;

import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.store.domain.DeletedTally;
import dev.sinal.store.sql.DeletionTable.Place;
import dev.sinal.store.sql.DeletionTable.Task;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Removes samples on request (ADR 0026): what is asked for is written down first, and then worked off in short transactions, epoch by epoch, by one store at a
 * time; whoever comes next goes on where a killed one stopped. Used from one event loop.
 */
public final class Deletions {
    /** Key of the advisory lock of whoever works. */
    private static final long WORKER = 0x64656c657465L;

    private static final String BEGIN_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private static final String NOW = "SELECT (extract(epoch FROM now()) * 1000000)::bigint * 1000";
    /** Whoever packs the epoch is soon done with a chunk, but goes on with the next. */
    private static final long BUSY_MS = 50;

    private static final long LONGEST_CUT_S = 60;

    private final Vertx vertx;
    private final Pool pool;
    private final OverlapTable overlaps;
    private final DamagedRows damaged;
    private final WorkerExecutor worker;
    private final DataRemoval removal;
    private final AtomicLong removed = new AtomicLong();
    private volatile boolean stopping;

    /** @param pool for this alone: whoever works holds a connection */
    public Deletions(Vertx vertx, Pool pool, OverlapTable overlaps, DamagedRows damaged) {
        this.vertx = vertx;
        this.pool = pool;
        this.overlaps = overlaps;
        this.damaged = damaged;
        this.worker = vertx.createSharedWorkerExecutor("sinal-delete", 1, LONGEST_CUT_S, TimeUnit.SECONDS);
        this.removal = new DataRemoval(worker);
    }

    /** Samples that this store removed. */
    public long removed() {
        return removed.get();
    }

    /** What would be removed now. Fails with INVALID_PARAMS, CONFLICT. */
    public Future<DeletionRecord> plan(DeletionRequest request) {
        return checked(request)
                .compose(streams -> damaged.around(() -> looking(connection -> plan(connection, request, streams))));
    }

    private interface Look<T> {
        Future<T> at(SqlConnection connection);
    }

    private <T> Future<T> looking(Look<T> look) {
        return pool.getConnection()
                .compose(connection -> connection
                        .query(BEGIN_LOOK)
                        .execute()
                        .compose(begun -> look.at(connection))
                        .eventually(() -> connection.query("ROLLBACK").execute())
                        .eventually(connection::close));
    }

    private Future<Map<String, String>> checked(DeletionRequest request) {
        Long from = request.from();
        Long to = request.to();
        if (from == null && to == null && !request.all()) {
            return Future.failedFuture(RpcError.invalid(
                    "start_date", "name start_date or end_date, or say all=true to delete everything that is stored"));
        }
        if (from != null && to != null && from >= to) {
            return Future.failedFuture(
                    RpcError.invalid("end_date", "must be after start_date; a range is start <= t < end"));
        }
        return DeletionTable.streams(pool, request.agentId(), request.stream())
                .compose(streams -> DeletionPins.check(pool, request, List.copyOf(streams.keySet()))
                        .map(streams));
    }

    private Future<DeletionRecord> plan(
            SqlConnection connection, DeletionRequest request, Map<String, String> streams) {
        Map<String, DeletedTally> tallies = new TreeMap<>();
        List<String> ids = List.copyOf(streams.keySet());
        Task task = new Task(
                "",
                request.agentId(),
                request.stream(),
                DeletionTable.from(request.from()),
                DeletionTable.to(request.to()),
                request.requestedBy());
        Walk walk = new Walk(connection, task);
        return DeletionTable.touched(connection, request, ids)
                .compose(places -> {
                    Future<Void> looked = Future.succeededFuture();
                    for (Place place : places) {
                        looked = looked.compose(before -> walk.look(place, tallies));
                    }
                    return looked;
                })
                .compose(done -> DeletionRest.countMarkers(connection, request, ids.toArray(String[]::new)))
                .compose(markers -> connection
                        .query(NOW)
                        .execute()
                        .map(now -> planned(
                                request,
                                streams,
                                tallies,
                                markers,
                                now.iterator().next().getLong(0))));
    }

    private static DeletionRecord planned(
            DeletionRequest request,
            Map<String, String> streams,
            Map<String, DeletedTally> tallies,
            long markers,
            long now) {
        List<DeletionRecord.Part> parts = new ArrayList<>();
        streams.forEach((id, name) -> {
            DeletedTally tally = tallies.getOrDefault(id, DeletedTally.NOTHING);
            if (tally.samples() > 0) {
                parts.add(new DeletionRecord.Part(
                        id, name, tally.samples(), tally.chunks(), tally.bytes(), tally.firstTs(), tally.lastTs()));
            }
        });
        DeletedTally sum = tallies.values().stream().reduce(DeletedTally.NOTHING, DeletedTally::plus);
        return new DeletionRecord(
                null,
                request.agentId(),
                request.stream(),
                request.from(),
                request.to(),
                DeletionRecord.PLANNED,
                request.requestedBy(),
                now,
                null,
                sum.samples(),
                sum.chunks(),
                sum.bytes(),
                markers,
                parts,
                null);
    }

    /** Writes down what is to be removed; samples that are committed later are kept. Fails with INVALID_PARAMS, CONFLICT. @return its id */
    public Future<String> accept(DeletionRequest request) {
        return checked(request)
                .map(streams -> List.copyOf(streams.keySet()))
                .compose(streams -> pool.withTransaction(
                        // Once more, now that nobody makes a pin.
                        tx -> PinTable.lockOut(tx)
                                .compose(alone -> DeletionPins.check(tx, request, streams))
                                .compose(free -> DeletionTable.accept(tx, request, streams))));
    }

    public Future<List<DeletionRecord>> find(DeletionQuery query) {
        return DeletionTable.find(pool, query);
    }

    /** Lets others work between two batches. */
    public interface Pace {
        /** @param spentNs time that the last batch took */
        Future<Void> rest(long spentNs);
    }

    /** Works off all that is written down, unless another store does. A failure is noted with the deletion; it is to be tried again. */
    public Future<Void> work(Pace pace) {
        return pool.getConnection()
                .compose(connection -> connection
                        .preparedQuery("SELECT pg_try_advisory_lock($1)")
                        .execute(Tuple.of(WORKER))
                        .compose(locked -> locked.iterator().next().getBoolean(0)
                                ? workAll(connection, pace)
                                        .eventually(() -> connection
                                                .preparedQuery("SELECT pg_advisory_unlock($1)")
                                                .execute(Tuple.of(WORKER)))
                                : Future.succeededFuture())
                        .eventually(connection::close));
    }

    private Future<Void> workAll(SqlConnection connection, Pace pace) {
        return DeletionTable.next(connection).compose(task -> {
            if (task == null || stopping) {
                return Future.succeededFuture();
            }
            return work(connection, task, pace)
                    .recover(failure -> DeletionTable.failed(connection, task, String.valueOf(failure.getMessage()))
                            .transform(noted -> Future.failedFuture(failure)))
                    .compose(done -> workAll(connection, pace));
        });
    }

    private Future<Void> work(SqlConnection connection, Task task, Pace pace) {
        return new Walk(connection, task)
                .run(pace)
                .compose(done -> stopping
                        ? Future.succeededFuture()
                        : markers(connection, task)
                                .compose(gone -> inTransaction(
                                        connection,
                                        () -> DeletionRest.finish(connection, task)
                                                .map(true)))
                                .mapEmpty());
    }

    private static Future<Void> markers(SqlConnection connection, Task task) {
        return DeletionRest.markers(connection, task)
                .compose(gone -> DeletionRest.full(gone) ? markers(connection, task) : Future.succeededFuture());
    }

    private interface Work {
        /** @return false to undo it */
        Future<Boolean> run();
    }

    private static Future<Boolean> inTransaction(SqlConnection connection, Work work) {
        return connection
                .begin()
                .compose(tx -> work.run()
                        .compose(
                                keep -> (keep ? tx.commit() : tx.rollback()).map(keep),
                                failure -> tx.rollback().transform(undone -> Future.failedFuture(failure))));
    }

    /** Ends work behind the batch that is on its way. */
    public void stop() {
        stopping = true;
    }

    public Future<Void> close() {
        return worker.close();
    }

    /** Goes over the epochs of a deletion. */
    private final class Walk {
        private final SqlConnection connection;
        private final Task task;
        private @Nullable String clippedStream;
        private EpochClips clips = EpochClips.NONE;

        Walk(SqlConnection connection, Task task) {
            this.connection = connection;
            this.task = task;
        }

        private Future<EpochClips> clips(String stream) {
            return stream.equals(clippedStream)
                    ? Future.succeededFuture(clips)
                    : overlaps.clips(connection, List.of(stream), Long.MIN_VALUE, Long.MAX_VALUE)
                            .map(found -> {
                                clippedStream = stream;
                                clips = new EpochClips(found);
                                return clips;
                            });
        }

        Future<Void> look(Place place, Map<String, DeletedTally> tallies) {
            return clips(place.key().streamId())
                    .compose(left -> removal.batch(
                            connection, place.key(), place.layer(), place.atSeq(), place.range(task), left, false))
                    .compose(done -> {
                        tallies.merge(place.key().streamId(), done.tally(), DeletedTally::plus);
                        Place next = behind(place, done);
                        return next.layer() == DataRemoval.DONE ? Future.succeededFuture() : look(next, tallies);
                    });
        }

        Future<Void> run(Pace pace) {
            return DeletionTable.nextEpoch(connection, task)
                    .compose(place -> place == null || stopping
                            ? Future.succeededFuture()
                            : clips(place.key().streamId())
                                    .compose(left -> damaged.around(() -> epoch(place, left, pace)))
                                    .compose(done -> run(pace)));
        }

        private Future<Void> epoch(Place place, EpochClips left, Pace pace) {
            if (place.layer() == DataRemoval.DONE || stopping) {
                return Future.succeededFuture();
            }
            long began = System.nanoTime();
            return step(place, left)
                    .recover(failure -> failure instanceof PackTable.MovedException
                            ? Future.succeededFuture(place)
                            : Future.failedFuture(failure))
                    .compose(next -> (next == place
                                    ? vertx.timer(BUSY_MS, TimeUnit.MILLISECONDS)
                                            .<Void>mapEmpty()
                                    : pace.rest(System.nanoTime() - began))
                            .compose(rested -> epoch(next, left, pace)));
        }

        /** @return the same place when the epoch is being packed */
        private Future<Place> step(Place place, EpochClips left) {
            Place[] reached = {place};
            return inTransaction(
                            connection,
                            () -> PackTable.lockForTransaction(connection, place.key())
                                    .compose(locked -> locked
                                            ? batch(place, left).map(next -> {
                                                reached[0] = next;
                                                return true;
                                            })
                                            : Future.succeededFuture(false)))
                    .map(kept -> reached[0]);
        }

        private Future<Place> batch(Place place, EpochClips left) {
            return removal.batch(connection, place.key(), place.layer(), place.atSeq(), place.range(task), left, true)
                    .compose(done -> {
                        Place next = behind(place, done);
                        removed.addAndGet(done.tally().samples());
                        return DeletionTable.progress(connection, task, next, done.tally())
                                .map(next);
                    });
        }

        private static Place behind(Place place, DataRemoval.Done done) {
            return done.last()
                    ? new Place(place.key(), place.upToSeq(), place.layer() + 1, 0)
                    : new Place(place.key(), place.upToSeq(), place.layer(), done.upTo());
        }
    }
}
