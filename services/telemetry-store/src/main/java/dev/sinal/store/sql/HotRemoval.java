package dev.sinal.store.sql;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops hot partitions of which every row has been packed: detached while others read and write, then dropped. What was interrupted is finished by the next
 * round, of this store or of another.
 *
 * <p>A snapshot that is older than the packing shows the hot rows and not the packed ones, but PostgreSQL tells it of the partitions that are attached now. So a
 * partition stays until no snapshot is left that began before its rows were seen to be hidden. Used from one event loop.
 */
public final class HotRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(HotRemoval.class);
    /** Of one round: the others wait for the next. */
    private static final int MOST = 4;

    private static final String LOCK_TIMEOUT = "SET lock_timeout = '3s'";

    /** What arrives goes into this hour; what a slow transaction brings into the last. */
    private static final String OLD = """
            SELECT p.slot, i.inhrelid IS NOT NULL AS attached, COALESCE(i.inhdetachpending, false) AS pending,
                   (floor(extract(epoch FROM now()) / 3600) - p.slot)::int AS hours
              FROM (SELECT c.oid, substring(c.relname FROM 15)::int AS slot
                      FROM pg_class c
                     WHERE c.relnamespace = 'telemetry'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^telemetry_hot_[0-9]{1,9}$') p
              LEFT JOIN pg_inherits i ON i.inhrelid = p.oid
             WHERE p.slot < floor(extract(epoch FROM now()) / 3600) - 1
             ORDER BY p.slot
            """;

    /** By the index alone; an epoch is hidden whole if its last row is. */
    private static final String HIDDEN = """
            SELECT NOT EXISTS (
                     SELECT FROM (SELECT stream_id, epoch, max(first_seq) AS last FROM telemetry.%s GROUP BY stream_id, epoch) t
                       LEFT JOIN telemetry.compacted c ON c.stream_id = t.stream_id AND c.epoch = t.epoch
                      WHERE c.seq IS NULL OR c.seq < t.last) AS hidden,
                   pg_snapshot_xmax(pg_current_snapshot())::text AS look
            """;

    /** Epochs of which something waits: while one of them has rows there, the exact question need not be asked. */
    private static final String WAITING = """
            SELECT EXISTS (
                SELECT FROM telemetry.stream_epochs e
                  LEFT JOIN telemetry.compacted c ON c.stream_id = e.stream_id AND c.epoch = e.epoch
                 WHERE e.committed_seq > COALESCE(c.seq, 0)
                   AND EXISTS (SELECT FROM telemetry.%s t
                                WHERE t.stream_id = e.stream_id AND t.epoch = e.epoch AND t.first_seq > COALESCE(c.seq, 0))) AS waiting
            """;

    private static final String OLDER_SNAPSHOTS = """
            SELECT EXISTS (
                SELECT FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                   AND backend_xmin IS NOT NULL AND age(backend_xmin) > age($1::text::xid8::xid)) AS older
            """;

    private final Pool pool;
    /** Per slot the end of the snapshot that saw all of it hidden. */
    private final Map<Integer, String> seenHidden = new HashMap<>();

    private volatile int oldestHours;

    public HotRemoval(Pool pool) {
        this.pool = pool;
    }

    private record Partition(int slot, boolean attached, boolean pending) {
        String name() {
            return HotPartitions.name(slot);
        }
    }

    /** Age of the oldest hour that is not all packed, or not dropped yet; 0 when there is none but this and the last. */
    public int oldestHours() {
        return oldestHours;
    }

    /** @return how many partitions were dropped */
    public Future<Integer> round() {
        return pool.getConnection()
                .compose(connection -> connection
                        .query(LOCK_TIMEOUT)
                        .execute()
                        .compose(set -> old(connection))
                        .compose(partitions -> {
                            Future<Integer> dropped = Future.succeededFuture(0);
                            for (Partition partition : partitions.subList(0, Math.min(MOST, partitions.size()))) {
                                dropped = dropped.compose(
                                        before -> locked(connection, partition).map(gone -> before + (gone ? 1 : 0)));
                            }
                            return dropped;
                        })
                        .eventually(() -> connection.query("RESET lock_timeout").execute())
                        .eventually(connection::close));
    }

    private Future<List<Partition>> old(SqlConnection connection) {
        return connection.query(OLD).execute().map(rows -> {
            List<Partition> found = new ArrayList<>();
            int hours = 0;
            for (Row row : rows) {
                found.add(new Partition(row.getInteger("slot"), row.getBoolean("attached"), row.getBoolean("pending")));
                hours = Math.max(hours, row.getInteger("hours"));
            }
            oldestHours = hours;
            seenHidden.keySet().retainAll(found.stream().map(Partition::slot).toList());
            return found;
        });
    }

    /** One store at a time, and not while the partition is made. */
    private Future<Boolean> locked(SqlConnection connection, Partition partition) {
        Tuple key = Tuple.of(HotPartitions.LOCK_CLASS, partition.slot());
        return connection
                .preparedQuery("SELECT pg_try_advisory_lock($1, $2)")
                .execute(key)
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? remove(connection, partition)
                                .eventually(() -> connection
                                        .preparedQuery("SELECT pg_advisory_unlock($1, $2)")
                                        .execute(key))
                        : Future.succeededFuture(false));
    }

    private Future<Boolean> remove(SqlConnection connection, Partition partition) {
        return mayGo(connection, partition).compose(may -> {
            if (!may) {
                return Future.succeededFuture(false);
            }
            return detach(connection, partition)
                    .compose(detached -> connection
                            .query("DROP TABLE telemetry." + partition.name())
                            .execute())
                    .map(dropped -> {
                        seenHidden.remove(partition.slot());
                        LOG.info("hot partition dropped name={}", partition.name());
                        return true;
                    });
        });
    }

    private Future<Boolean> mayGo(SqlConnection connection, Partition partition) {
        String seen = seenHidden.get(partition.slot());
        return (seen != null ? Future.succeededFuture(true) : hidden(connection, partition))
                .compose(hidden -> hidden
                        ? connection
                                .preparedQuery(OLDER_SNAPSHOTS)
                                .execute(Tuple.of(seenHidden.get(partition.slot())))
                                .map(rows -> !rows.iterator().next().getBoolean("older"))
                        : Future.succeededFuture(false));
    }

    private Future<Boolean> hidden(SqlConnection connection, Partition partition) {
        return connection
                .query(WAITING.formatted(partition.name()))
                .execute()
                .compose(rows -> rows.iterator().next().getBoolean("waiting")
                        ? Future.succeededFuture(false)
                        : connection
                                .query(HIDDEN.formatted(partition.name()))
                                .execute()
                                .map(found -> {
                                    Row row = found.iterator().next();
                                    boolean hidden = row.getBoolean("hidden");
                                    if (hidden) {
                                        seenHidden.put(partition.slot(), row.getString("look"));
                                    }
                                    return hidden;
                                }));
    }

    /** Outside of a transaction, as PostgreSQL wants it. */
    private static Future<Void> detach(SqlConnection connection, Partition partition) {
        if (!partition.attached()) {
            return Future.succeededFuture();
        }
        return connection
                .query("ALTER TABLE telemetry.telemetry_hot DETACH PARTITION telemetry." + partition.name()
                        + (partition.pending() ? " FINALIZE" : " CONCURRENTLY"))
                .execute()
                .mapEmpty();
    }
}
