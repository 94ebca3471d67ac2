package dev.sinal.store;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.StoreHello;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.Wire;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.live.WatchedTelemetry;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.bus.DeletionDesk;
import dev.sinal.store.bus.ExternalDoor;
import dev.sinal.store.bus.Gate;
import dev.sinal.store.bus.MarkerEvents;
import dev.sinal.store.bus.NoteLane;
import dev.sinal.store.bus.PackLoop;
import dev.sinal.store.bus.PackMetrics;
import dev.sinal.store.bus.ReadDoor;
import dev.sinal.store.bus.RecentFeed;
import dev.sinal.store.bus.RetentionLoop;
import dev.sinal.store.bus.StoreLane;
import dev.sinal.store.bus.StoreMetrics;
import dev.sinal.store.bus.StoreService;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.sql.ChunkWriter;
import dev.sinal.store.sql.DamagedRows;
import dev.sinal.store.sql.DatabaseWatch;
import dev.sinal.store.sql.DatabaseWatch.UnsafeDatabaseException;
import dev.sinal.store.sql.Deletions;
import dev.sinal.store.sql.ExternalWriter;
import dev.sinal.store.sql.GapTable;
import dev.sinal.store.sql.HotRemoval;
import dev.sinal.store.sql.LogTable;
import dev.sinal.store.sql.MarkerTable;
import dev.sinal.store.sql.NoteTable;
import dev.sinal.store.sql.OverlapTable;
import dev.sinal.store.sql.Packer;
import dev.sinal.store.sql.Partitions;
import dev.sinal.store.sql.PinTable;
import dev.sinal.store.sql.PlotReads;
import dev.sinal.store.sql.QuarantineTable;
import dev.sinal.store.sql.Reads;
import dev.sinal.store.sql.RecentTable;
import dev.sinal.store.sql.RecentWindow;
import dev.sinal.store.sql.Retention;
import dev.sinal.store.sql.Rollups;
import dev.sinal.store.sql.SampleReads;
import dev.sinal.store.sql.StreamTable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the store on one event loop and owns its pools. Decides nothing about samples. */
final class StoreVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(StoreVerticle.class);
    private static final String HEALTH = "telemetry-store";
    private static final int OTHER_READS = 8;
    private static final int OTHER_WRITES = 3;
    private static final int STATEMENT_TIMEOUT_MS = 10_000;
    /** Nobody waits longer for a read. */
    private static final int READ_TIMEOUT_MS = 5_000;

    /** One that deletes, one that expires, others that ask. */
    private static final int REMOVAL_CONNECTIONS = 5;

    private static final int PACK_CONNECTIONS = 2;
    private static final int PACK_TIMEOUT_MS = 20_000;
    private static final Duration PACK_SILENCE = Duration.ofSeconds(40);

    private static final long HELLO_MS = 1_000;
    private static final long RETRY_MS = 1_000;
    private static final long PARTITIONS_MS = TimeUnit.MINUTES.toMillis(20);

    private final NodeContext node;
    private final Database database;
    private final StoreConfig config;
    private final Gate gate = new Gate();
    private final List<Stop> stops = new ArrayList<>();
    private boolean stopping;

    StoreVerticle(NodeContext node, Database database, StoreConfig config) {
        this.node = node;
        this.database = database;
        this.config = config;
    }

    private interface Stop {
        Future<?> run();
    }

    @Override
    public Future<?> start() {
        int writers = config.lanes() + config.externalWrites() + OTHER_WRITES;
        Pool writePool = database.pool(vertx, "store-write", writers, STATEMENT_TIMEOUT_MS);
        Pool readPool = database.pool(vertx, "store-read", OTHER_READS, READ_TIMEOUT_MS);
        // Without sorting, the planner walks the index that has the order; left to itself it may read and sort a whole
        // partition for a page.
        Pool samplePool = database.plannedPool(
                vertx,
                "store-samples",
                config.openReads() + config.pageReads(),
                READ_TIMEOUT_MS,
                Map.of("enable_sort", "off"));
        Partitions partitions = new Partitions(writePool, config.maxPartitions());
        DatabaseWatch watch = new DatabaseWatch(vertx, writePool, config.unsafe());
        stops.add(writePool::close);
        stops.add(readPool::close);
        stops.add(samplePool::close);
        node.health().register(HEALTH, () -> watch.status(gate.isOpen()));
        stops.add(() -> {
            node.health().unregister(HEALTH);
            watch.stop();
            return Future.succeededFuture();
        });
        return serve(writePool, readPool, samplePool, partitions, watch)
                .compose(chunks -> prepare(watch, partitions, chunks).recover(failure -> {
                    if (failure instanceof UnsafeDatabaseException) {
                        return stop().transform(stopped -> Future.failedFuture(failure));
                    }
                    LOG.warn("database not ready, trying on cause={}", failure.toString());
                    watch.problem(failure);
                    retry(watch, partitions, chunks);
                    return Future.succeededFuture();
                }))
                .onSuccess(started -> watch.start());
    }

    /** @return the lane, registered */
    private Future<StoreLane> serve(
            Pool writePool, Pool readPool, Pool samplePool, Partitions partitions, DatabaseWatch watch) {
        StoreMetrics metrics = new StoreMetrics(node.metrics());
        WatchedTelemetry watched = new WatchedTelemetry(vertx, node.nodeName(), "telemetry-store", node.metrics());
        MarkerEvents markerEvents = new MarkerEvents(vertx.eventBus(), watched);
        Reads reads = new Reads(vertx, readPool, samplePool);
        watch.onBack(reads::databaseBack);
        metrics.gauge("breaker", reads::breakerState);
        metrics.gauge("breaker.opened", reads::opened);
        RecentFeed sqlFeed =
                new RecentFeed(vertx, new RecentTable(writePool), metrics, config.sqlWindow(), config.sqlRate());
        OverlapTable overlaps = new OverlapTable();
        DamagedRows damaged = new DamagedRows(writePool);
        metrics.gauge("damaged.chunks", damaged::count);
        StoreLane chunks = new StoreLane(
                vertx,
                gate,
                new ChunkWriter(writePool, partitions),
                new QuarantineTable(writePool),
                metrics,
                markerEvents,
                new Inspection(config.maxChunkBytes()),
                config.lanes(),
                config.queueChunks(),
                config.queueBytes(),
                config.tick().toMillis(),
                watch::look,
                sqlFeed::committed);
        NoteLane notes = new NoteLane(vertx, gate, new NoteTable(writePool), metrics);
        ExternalWriter writer = new ExternalWriter(vertx, writePool, partitions, node.nodeName());
        long forgetting = vertx.setPeriodic(
                PARTITIONS_MS,
                tick -> writer.forgetOldKeys()
                        .onFailure(
                                failure -> LOG.warn("old keys of external writes stay cause={}", failure.toString())));
        ExternalDoor external = new ExternalDoor(
                vertx,
                gate,
                writer,
                metrics,
                sqlFeed,
                watched,
                node.nodeName(),
                config.externalWrites(),
                config.externalWaiting());
        RecentWindow recent = new RecentWindow(
                reads, overlaps, config.recentBytes(), config.recentStreamBytes(), metrics::recentRead);
        metrics.gauge("recent.bytes", recent::bytes);
        metrics.gauge("recent.streams", recent::streams);
        SampleReads samples = new SampleReads(reads, overlaps, damaged, recent, metrics::pageRead);
        metrics.gauge("pages.known", samples::known);
        ReadDoor readDoor = new ReadDoor(
                vertx,
                gate,
                samples,
                metrics,
                config.openReads(),
                config.pageReads(),
                config.readIdle().toMillis());
        Pool removals = database.pool(vertx, "store-delete", REMOVAL_CONNECTIONS, PACK_TIMEOUT_MS, PACK_SILENCE);
        stops.add(removals::close);
        DeletionDesk deleting =
                new DeletionDesk(vertx, gate, new Deletions(vertx, removals, overlaps, damaged), metrics);
        RetentionLoop expiring = new RetentionLoop(
                vertx, gate, new Retention(vertx, removals, partitions, overlaps, config.retention()), metrics);
        StoreService service = new StoreService(
                gate,
                new StreamTable(vertx, reads, overlaps, damaged),
                new GapTable(reads),
                new PlotReads(vertx, reads, overlaps, damaged),
                new LogTable(reads, writePool),
                new MarkerTable(reads, writePool),
                markerEvents,
                deleting,
                new PinTable(removals));
        MessageConsumer<JsonObject> calls = Proxies.serve(vertx, TelemetryStore.class, Addresses.STORE, service);
        // After the doors: while peers still send here, they are served.
        stops.add(() -> {
            vertx.cancelTimer(forgetting);
            gate.close();
            reads.close();
            return Future.succeededFuture();
        });
        stops.add(() -> Proxies.retire(vertx, calls));
        stops.add(sqlFeed::stop);
        stops.add(watched::stop);
        stops.add(readDoor::stop);
        stops.add(external::stop);
        stops.add(notes::stop);
        stops.add(chunks::stop);
        PackLoop packing = packing(partitions, damaged, chunks);
        stops.add(packing::stop);
        stops.add(deleting::stop);
        stops.add(expiring::stop);
        deleting.start();
        return Future.all(List.of(
                        calls.completion(),
                        watched.start(),
                        chunks.start(Addresses.storeChunks(node.nodeId())),
                        notes.start(Addresses.storeNotes(node.nodeId())),
                        external.start(),
                        packing.start(Addresses.STORE_PACK),
                        expiring.start(Addresses.STORE_EXPIRE),
                        readDoor.start(node.nodeId())))
                .map(chunks);
    }

    /** Has connections of its own: one is held while it rests between two chunks. */
    private PackLoop packing(Partitions partitions, DamagedRows damaged, StoreLane chunks) {
        Pool pool = database.pool(vertx, "store-pack", PACK_CONNECTIONS, PACK_TIMEOUT_MS, PACK_SILENCE);
        stops.add(pool::close);
        HotRemoval removal = new HotRemoval(pool);
        Rollups rollups = new Rollups(vertx, pool, damaged);
        Packer packer = new Packer(
                vertx,
                pool,
                partitions,
                damaged,
                List.of(rollups),
                config.compactAfter().toNanos(),
                config.compactHold().toNanos());
        return new PackLoop(
                vertx,
                gate,
                packer,
                rollups,
                removal,
                new PackMetrics(node.metrics(), removal::oldestHours),
                chunks::queues,
                config.compactDuty(),
                config.compact());
    }

    /** Safe, of the right schema, with room for today and tomorrow: then the gate opens. */
    private Future<Void> prepare(DatabaseWatch watch, Partitions partitions, StoreLane chunks) {
        return watch.ask()
                .compose(safe -> database.migrate(vertx, "telemetry"))
                .compose(migrated -> partitions.ensure(daysAhead()))
                .onSuccess(ready -> {
                    if (stopping) {
                        return;
                    }
                    gate.open();
                    hello();
                    long hellos = vertx.setPeriodic(HELLO_MS, tick -> hello());
                    long ahead = vertx.setPeriodic(PARTITIONS_MS, tick -> partitions.ensure(daysAhead()));
                    stops.add(() -> {
                        vertx.cancelTimer(hellos);
                        vertx.cancelTimer(ahead);
                        say(StoreHello.goodbye(node.nodeId(), node.nodeName()));
                        return chunks.finish();
                    });
                });
    }

    private void retry(DatabaseWatch watch, Partitions partitions, StoreLane chunks) {
        vertx.setTimer(RETRY_MS, again -> {
            if (!stopping) {
                prepare(watch, partitions, chunks).onFailure(failure -> {
                    watch.problem(failure);
                    retry(watch, partitions, chunks);
                });
            }
        });
    }

    private void hello() {
        say(new StoreHello(node.nodeId(), node.nodeName()));
    }

    private void say(StoreHello hello) {
        vertx.eventBus().publish(Addresses.STORE_HELLO, Wire.write(hello));
    }

    private static List<Long> daysAhead() {
        long today = Math.floorDiv(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), ChunkRow.DAY_NS);
        return List.of(today, today + 1);
    }

    /** In reverse order of starting; everything is tried. */
    @Override
    public Future<?> stop() {
        stopping = true;
        Future<Void> done = Future.succeededFuture();
        List<Stop> reversed = new ArrayList<>(stops);
        Collections.reverse(reversed);
        stops.clear();
        for (Stop stop : reversed) {
            done = done.compose(before -> stop.run().transform(any -> Future.<Void>succeededFuture()));
        }
        return done;
    }
}
