package dev.sinal.agents.sql;

import dev.sinal.agents.domain.Agent;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Table {@code agents.agents}, and the audit that goes with commands. Every write is a compare-and-set on the row's version. */
public final class AgentTable {
    private static final String COLUMNS = """
            a.id, a.spec, a.wanted, a.generation, a.removed, a.commanded_at, a.state, a.since, a.reason, a.node_id, a.node,
            a.fence, a.reported_generation, a.reported_at, a.restarts, a.pending, a.waiting_for, a.streams, a.preferred,
            a.version
            """;

    private static final String FIND = """
            SELECT clock_timestamp() AS now,
                   (SELECT coalesce(max(generation), 0) FROM agents.audit WHERE agent_id = $1) AS last_generation,
            """ + COLUMNS + " FROM (SELECT 1) one LEFT JOIN agents.agents a ON a.id = $1";

    private static final String FIND_ALL_OF =
            "SELECT clock_timestamp() AS now, " + COLUMNS + " FROM agents.agents a WHERE a.id = ANY($1)";

    private static final String LIST =
            "SELECT clock_timestamp() AS now, " + COLUMNS + " FROM agents.agents a WHERE NOT a.removed ORDER BY a.id";

    private static final String FOR_COLLECTORS = "SELECT clock_timestamp() AS now, " + COLUMNS + """
             FROM agents.agents a
            WHERE a.kind = 'lsl' AND (a.wanted = 'running' OR a.state = 'stopping')
            ORDER BY a.id
            """;

    private static final String SILENT = "SELECT clock_timestamp() AS now, " + COLUMNS + """
             FROM agents.agents a
            WHERE a.kind = 'lsl'
              AND (a.wanted = 'running' OR a.state = 'stopping' OR a.removed)
              AND (a.removed OR a.reason IS DISTINCT FROM 'no_collector')
              AND greatest(a.commanded_at, coalesce(a.reported_at, a.commanded_at))
                  < clock_timestamp() - $1::bigint * interval '1 microsecond'
            ORDER BY a.id
            """;

    private static final String INSERT = """
            WITH born AS (
                INSERT INTO agents.agents (id, kind, spec, wanted, generation, commanded_at, state, since, created_by)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
                 WHERE (SELECT count(*) FROM agents.agents) < $10
                ON CONFLICT (id) DO NOTHING
                RETURNING id, generation, spec)
            INSERT INTO agents.audit (agent_id, action, generation, author, spec)
            SELECT id, 'created', generation, $9, spec FROM born
            RETURNING id
            """;

    private static final String SET = """
            UPDATE agents.agents
               SET kind = $3, spec = $4, wanted = $5, generation = $6, removed = $7, commanded_at = $8, state = $9, since = $10,
                   reason = $11, node_id = $12, node = $13, fence = $14, reported_generation = $15, reported_at = $16,
                   restarts = $17, pending = $18, waiting_for = $19, streams = $20, preferred = $21, version = version + 1
             WHERE id = $1 AND version = $2
            RETURNING id, generation, preferred
            """;

    private static final String COMMAND = "WITH changed AS (" + SET + """
            )
            INSERT INTO agents.audit (agent_id, action, generation, author, spec, node)
            SELECT id, $22, generation, $23, $24, CASE WHEN $22 = 'moved' THEN preferred END FROM changed
            RETURNING agent_id
            """;

    private static final String DELETE = "DELETE FROM agents.agents WHERE id = $1 AND version = $2 AND removed";

    private static final String COUNT =
            "SELECT state, count(*) AS n FROM agents.agents WHERE NOT removed GROUP BY state";

    private final Pool pool;

    public AgentTable(Pool pool) {
        this.pool = pool;
    }

    /** What commands leave behind in the audit. */
    public enum Action {
        STARTED,
        RESPECIFIED,
        STOPPED,
        REMOVED,
        MOVED
    }

    /**
     * @param now database clock, UTC ns
     * @param lastGeneration largest the id ever had, 0 for none
     */
    public record Found(@Nullable Agent agent, long now, long lastGeneration) {}

    /** @param now database clock, UTC ns */
    public record Snapshot(long now, List<Agent> agents) {}

    public Future<Found> find(String id) {
        return pool.preparedQuery(FIND).execute(Tuple.of(id)).map(rows -> {
            Row row = rows.iterator().next();
            Agent agent = row.getString("id") == null ? null : AgentRows.read(row);
            return new Found(agent, now(row), row.getLong("last_generation"));
        });
    }

    public Future<Snapshot> find(Collection<String> ids) {
        return pool.preparedQuery(FIND_ALL_OF)
                .execute(Tuple.of(ids.toArray(String[]::new)))
                .map(AgentTable::snapshot);
    }

    /** All that are not removed, by id. */
    public Future<Snapshot> list() {
        return pool.preparedQuery(LIST).execute().map(AgentTable::snapshot);
    }

    /** Those that should run, and those that are being stopped. */
    public Future<Snapshot> forCollectors() {
        return pool.preparedQuery(FOR_COLLECTORS).execute().map(AgentTable::snapshot);
    }

    /** Those of which no collector has spoken for so long, and of which that is not known yet. */
    public Future<Snapshot> silent(Duration silence) {
        return pool.preparedQuery(SILENT)
                .execute(Tuple.of(silence.toNanos() / 1000))
                .map(AgentTable::snapshot);
    }

    public Future<Map<String, Long>> countByState() {
        return pool.preparedQuery(COUNT).execute().map(rows -> {
            Map<String, Long> counts = new LinkedHashMap<>();
            rows.forEach(row -> counts.put(row.getString("state"), row.getLong("n")));
            return counts;
        });
    }

    /** @param most agents there may be @return false when somebody was faster, or the table is full */
    public Future<Boolean> insert(Agent agent, @Nullable String author, int most) {
        return pool.preparedQuery(INSERT)
                .execute(Tuple.of(
                                agent.id(),
                                agent.spec().kind(),
                                agent.spec().toJson(),
                                AgentRows.wanted(agent),
                                agent.generation(),
                                time(agent.commandedAt()))
                        .addString(agent.state())
                        .addOffsetDateTime(time(agent.since()))
                        .addString(author)
                        .addInteger(most))
                .map(rows -> rows.rowCount() == 1);
    }

    /** A change by a user. @return false when the row is no longer as it was read */
    public Future<Boolean> command(Agent agent, Action action, @Nullable String author) {
        Tuple values = values(agent)
                .addString(action.name().toLowerCase(java.util.Locale.ROOT))
                .addString(author)
                .addValue(action == Action.RESPECIFIED ? agent.spec().toJson() : null);
        return pool.preparedQuery(COMMAND).execute(values).map(rows -> rows.rowCount() == 1);
    }

    /** Changes that follow from reports or silence. @return those that were still as they had been read */
    public Future<List<Agent>> update(List<Agent> agents) {
        if (agents.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return pool.preparedQuery(SET)
                .executeBatch(agents.stream().map(AgentTable::values).toList())
                .map(first -> {
                    List<Agent> written = new ArrayList<>();
                    RowSet<Row> rows = first;
                    for (int i = 0; i < agents.size() && rows != null; i++) {
                        if (rows.rowCount() == 1) {
                            written.add(agents.get(i));
                        }
                        rows = rows.next();
                    }
                    return written;
                });
    }

    /** Drops the row of a removed agent, if it is still as it was read. */
    public Future<Boolean> delete(Agent agent) {
        return pool.preparedQuery(DELETE)
                .execute(Tuple.of(agent.id(), agent.version()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static Tuple values(Agent agent) {
        Long reportedAt = agent.reportedAt();
        return Tuple.tuple()
                .addString(agent.id())
                .addLong(agent.version())
                .addString(agent.spec().kind())
                .addValue(agent.spec().toJson())
                .addString(AgentRows.wanted(agent))
                .addLong(agent.generation())
                .addBoolean(agent.removed())
                .addOffsetDateTime(time(agent.commandedAt()))
                .addString(agent.state())
                .addOffsetDateTime(time(agent.since()))
                .addString(agent.reason())
                .addString(agent.nodeId())
                .addString(agent.node())
                .addLong(agent.fence())
                .addLong(agent.reportedGeneration())
                .addOffsetDateTime(reportedAt == null ? null : time(reportedAt))
                .addInteger(agent.restarts())
                .addLong(agent.pending())
                .addValue(array(agent.waitingFor()))
                .addValue(array(agent.streams()))
                .addString(agent.preferred());
    }

    private static JsonArray array(List<?> records) {
        List<JsonObject> items = records.stream().map(Wire::write).toList();
        return new JsonArray(items);
    }

    private static Snapshot snapshot(RowSet<Row> rows) {
        List<Agent> agents = new ArrayList<>(rows.size());
        long now = 0;
        for (Row row : rows) {
            now = now(row);
            agents.add(AgentRows.read(row));
        }
        return new Snapshot(now, agents);
    }

    private static long now(Row row) {
        return AgentRows.nanos(row.getOffsetDateTime("now"));
    }

    private static OffsetDateTime time(long nanos) {
        return UtcNanos.instant(nanos).atOffset(ZoneOffset.UTC);
    }
}
