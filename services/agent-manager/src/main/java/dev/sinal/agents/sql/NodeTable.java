package dev.sinal.agents.sql;

import dev.sinal.agents.domain.CollectingNode;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.NodeStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables {@code agents.nodes} and {@code agents.drains}. At most {@value #MOST} nodes; one unseen for ten minutes is forgotten. */
public final class NodeTable {
    private static final int MOST = 1000;

    /** A node that comes back under its name has taken the place of its former self, once that is silent. */
    private static final String SEEN = """
            WITH forgotten AS (
                DELETE FROM agents.nodes
                 WHERE node_id <> $1
                   AND (seen_at < clock_timestamp() - interval '10 minutes'
                        OR node = $2 AND seen_at < clock_timestamp() - interval '3 seconds'))
            INSERT INTO agents.nodes (node_id, node, agents, load, draining, seen_at)
            SELECT $1, $2, $3, $4, $5, clock_timestamp()
             WHERE (SELECT count(*) FROM agents.nodes) < $6 OR EXISTS (SELECT FROM agents.nodes WHERE node_id = $1)
            ON CONFLICT (node_id) DO UPDATE
               SET node = EXCLUDED.node, agents = EXCLUDED.agents, load = EXCLUDED.load, draining = EXCLUDED.draining,
                   seen_at = EXCLUDED.seen_at
            """;

    private static final String LIST = """
            SELECT n.node_id, n.node, n.agents, n.load, n.draining, n.seen_at, d.node IS NOT NULL AS wished,
                   n.seen_at < clock_timestamp() - $1::bigint * interval '1 microsecond' AS gone
              FROM agents.nodes n LEFT JOIN agents.drains d ON d.node = n.node
             ORDER BY n.node, n.seen_at, n.node_id
            """;

    private static final String WISH = """
            WITH noted AS (
                INSERT INTO agents.audit (action, generation, author, node) VALUES ('drained', 0, $2, $1)),
            old AS (
                DELETE FROM agents.drains d
                 WHERE since < clock_timestamp() - interval '1 day'
                   AND NOT EXISTS (SELECT FROM agents.nodes n WHERE n.node = d.node)),
            freed AS (
                UPDATE agents.agents SET preferred = NULL, version = version + 1 WHERE preferred = $1)
            INSERT INTO agents.drains (node, author) VALUES ($1, $2) ON CONFLICT (node) DO NOTHING
            """;

    private static final String UNWISH = """
            WITH gone AS (DELETE FROM agents.drains WHERE node = $1 RETURNING node)
            INSERT INTO agents.audit (action, generation, author, node) SELECT 'undrained', 0, $2, node FROM gone
            """;

    private final Pool pool;
    private final long silenceUs;

    /** @param silence after which a node counts as gone */
    public NodeTable(Pool pool, Duration silence) {
        this.pool = pool;
        this.silenceUs = silence.toNanos() / 1000;
    }

    public Future<Void> seen(NodeReport report) {
        String[] agents = report.agents().stream().map(agent -> agent.agentId()).toArray(String[]::new);
        Double load = report.load();
        return pool.preparedQuery(SEEN)
                .execute(Tuple.of(
                        report.nodeId(),
                        report.node(),
                        agents,
                        load == null || !Double.isFinite(load) ? 0.0 : load,
                        Boolean.TRUE.equals(report.draining()),
                        MOST))
                .mapEmpty();
    }

    /** By name; of two of the same name the one seen last comes last. */
    public Future<List<CollectingNode>> list() {
        return list(pool);
    }

    private Future<List<CollectingNode>> list(SqlClient client) {
        return client.preparedQuery(LIST).execute(Tuple.of(silenceUs)).map(rows -> {
            List<CollectingNode> nodes = new ArrayList<>(rows.size());
            rows.forEach(row -> nodes.add(read(row)));
            return nodes;
        });
    }

    private static CollectingNode read(Row row) {
        return new CollectingNode(
                row.getString("node_id"),
                row.getString("node"),
                List.of(row.getArrayOfStrings("agents")),
                row.getDouble("load"),
                row.getBoolean("draining"),
                row.getBoolean("wished"),
                row.getBoolean("gone"),
                AgentRows.nanos(row.getOffsetDateTime("seen_at")));
    }

    /** Who could take the agents of a node is asked under a lock, or two nodes could be drained onto each other. @return false when nobody could */
    public Future<Boolean> drain(String node, @Nullable String author) {
        return pool.withTransaction(tx -> tx.query("LOCK TABLE agents.drains IN SHARE ROW EXCLUSIVE MODE")
                .execute()
                .compose(locked -> list(tx))
                .compose(nodes -> {
                    boolean already = nodes.stream().anyMatch(one -> one.node().equals(node) && one.wished());
                    boolean others = nodes.stream()
                            .anyMatch(one -> !one.node().equals(node)
                                    && !one.draining()
                                    && one.state().equals(NodeStatus.ACTIVE));
                    if (already || !others) {
                        return Future.succeededFuture(already);
                    }
                    return wish(tx, node, author);
                }));
    }

    private static Future<Boolean> wish(SqlConnection tx, String node, @Nullable String author) {
        return tx.preparedQuery(WISH).execute(Tuple.of(node, author)).map(true);
    }

    public Future<Void> undrain(String node, @Nullable String author) {
        return pool.preparedQuery(UNWISH).execute(Tuple.of(node, author)).mapEmpty();
    }
}
