package dev.sinal.store.bus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.RecentSamples;
import dev.sinal.store.domain.Run;
import dev.sinal.store.sql.RecentTable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what was committed of slow streams into plain rows, for readers of SQL, each second. It never holds up a write: when it does not keep up, or the
 * database refuses, it lets go what it has and says so by beginning its windows anew. Used on one event loop.
 */
public final class RecentFeed {
    private static final Logger LOG = LoggerFactory.getLogger(RecentFeed.class);
    private static final int MOST_CHUNKS = 16_384;
    private static final long MOST_BYTES = 16L << 20;
    private static final int MOST_CHANNELS = 512;
    /** One chunk of more cells is no slow stream's. */
    private static final long MOST_CELLS = 65_536;

    private static final int BURST = 100;
    private static final int MOST_HOLES = 10_000;
    /** What is to be trimmed may still be there, and is then told as covered. */
    private static final long TRIM_LAG_NS = TimeUnit.MINUTES.toNanos(5);

    private static final long FLUSH_MS = 1_000;
    private static final int FLUSHES_PER_TRIM = 15;
    private static final double NANOS = 1e9;

    private final Vertx vertx;
    private final RecentTable table;
    private final long windowNs;
    private final double mostHz;
    private List<Waiting> waiting = new ArrayList<>();
    private long bytes;
    private long dropped;
    /** How often something of a stream was left out. */
    private final Cache<String, Integer> holes =
            Caffeine.newBuilder().maximumSize(MOST_HOLES).build();

    private String feed = UUID.randomUUID().toString();
    private Future<Void> flushing = Future.succeededFuture();
    private int flushes;
    private boolean complained;
    private final long timer;

    private record Waiting(StreamDescriptor stream, byte[] chunk, String feed) {}

    /** @param window how far back it goes; zero = off @param mostHz streams with more samples a second are left out */
    public RecentFeed(Vertx vertx, RecentTable table, StoreMetrics metrics, Duration window, double mostHz) {
        this.vertx = vertx;
        this.table = table;
        this.windowNs = window.toNanos();
        this.mostHz = mostHz;
        metrics.gauge("sql.waiting", () -> waiting.size());
        metrics.gauge("sql.dropped", () -> dropped);
        timer = windowNs == 0 ? -1 : vertx.setPeriodic(FLUSH_MS, tick -> tick());
    }

    /** Something was committed. */
    public void committed(Run run) {
        StreamDescriptor stream = run.envelope().stream();
        if (windowNs == 0 || stream.nominalRate() > mostHz || stream.channels().size() > MOST_CHANNELS) {
            return;
        }
        long oldest = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - windowNs - TRIM_LAG_NS;
        for (ChunkRow row : run.rows()) {
            if (row.te() < oldest) {
                continue;
            }
            if (burst(row)) {
                dropped++;
                holes.asMap().merge(row.streamId(), 1, Integer::sum);
            } else if (waiting.size() >= MOST_CHUNKS || bytes + row.chunk().length > MOST_BYTES) {
                letGo(waiting.size() + 1);
                waiting = new ArrayList<>();
                bytes = 0;
            } else {
                waiting.add(new Waiting(stream, row.chunk(), feed(row.streamId())));
                bytes += row.chunk().length;
            }
        }
    }

    /** Irregular streams and external agents tell no rate. */
    private boolean burst(ChunkRow row) {
        double seconds = Math.max(1, (row.te() - row.ts()) / NANOS);
        return (long) row.count() * row.mins().length > MOST_CELLS
                || (row.count() > BURST && row.count() > 2 * mostHz * seconds);
    }

    private String feed(String stream) {
        Integer before = holes.getIfPresent(stream);
        return before == null ? feed : feed + "/" + before;
    }

    /** All windows begin anew: what is left out is not covered. */
    private void letGo(int chunks) {
        dropped += chunks;
        feed = UUID.randomUUID().toString();
        holes.invalidateAll();
    }

    private void tick() {
        if (!flushing.isComplete()) {
            return;
        }
        flushing = flush();
        if (++flushes % FLUSHES_PER_TRIM == 0) {
            flushing = flushing.compose(
                            done -> table.trim(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - windowNs))
                    .otherwiseEmpty();
        }
    }

    private Future<Void> flush() {
        if (waiting.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Waiting> taken = waiting;
        waiting = new ArrayList<>();
        bytes = 0;
        return vertx.executeBlocking(
                        () -> taken.stream()
                                .map(one -> RecentSamples.of(one.stream(), one.chunk(), one.feed()))
                                .toList(),
                        false)
                .compose(samples -> table.add(samples))
                .onSuccess(done -> complained = false)
                .recover(failure -> {
                    letGo(taken.size());
                    if (!complained) {
                        complained = true;
                        LOG.warn("recent samples are not copied for readers of SQL cause={}", failure.toString());
                    }
                    return Future.succeededFuture();
                });
    }

    public Future<Void> stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        return flushing.otherwiseEmpty();
    }
}
