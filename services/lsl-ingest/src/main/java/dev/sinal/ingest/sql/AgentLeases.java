package dev.sinal.ingest.sql;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The table of leases. The holder that renews keeps its lease however late it comes, as long as nobody has taken it. */
public final class AgentLeases {
    /** How long a lease holds without being renewed. */
    public static final Duration TTL = Duration.ofSeconds(10);

    private static final String TAKE = """
            INSERT INTO ingest.agent_lease AS held (agent_id, owner, node, fence, expires_at)
            VALUES ($1, $2, $3, 1, clock_timestamp() + $4 * interval '1 millisecond')
            ON CONFLICT (agent_id) DO UPDATE
               SET owner = $2, node = $3, fence = held.fence + 1,
                   expires_at = clock_timestamp() + $4 * interval '1 millisecond'
             WHERE held.owner IS NULL OR held.owner = $2 OR ($5 AND held.expires_at < clock_timestamp())
            RETURNING fence
            """;
    private static final String RENEW = """
            UPDATE ingest.agent_lease AS held SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
              FROM unnest($1::text[], $2::bigint[]) AS mine (agent_id, fence)
             WHERE held.agent_id = mine.agent_id AND held.fence = mine.fence AND held.owner = $3
            RETURNING held.agent_id
            """;
    private static final String RELEASE = """
            UPDATE ingest.agent_lease SET owner = NULL, expires_at = clock_timestamp()
             WHERE agent_id = $1 AND fence = $2 AND owner = $3
            """;

    private final Pool pool;
    private final String owner;
    private final String node;
    private final long ttlMs;

    /** @param owner nobody else uses this id at the same time */
    public AgentLeases(Pool pool, String owner, String node, Duration ttl) {
        this.pool = pool;
        this.owner = owner;
        this.node = node;
        this.ttlMs = ttl.toMillis();
    }

    /**
     * Takes a lease that is free or was ours.
     *
     * @param expiredToo also one that somebody else has let expire
     * @return the fence; empty when somebody else has it
     */
    public Future<OptionalLong> take(String agentId, boolean expiredToo) {
        return pool.preparedQuery(TAKE)
                .execute(Tuple.of(agentId, owner, node, ttlMs, expiredToo))
                .map(rows -> rows.size() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(rows.iterator().next().getLong(0)));
    }

    /** @param fences by agent @return the agents that are still ours */
    public Future<Set<String>> renew(Map<String, Long> fences) {
        if (fences.isEmpty()) {
            return pool.query("SELECT 1").execute().map(Set.of());
        }
        String[] agents = fences.keySet().toArray(String[]::new);
        Long[] values = new Long[agents.length];
        for (int i = 0; i < agents.length; i++) {
            values[i] = fences.get(agents[i]);
        }
        return pool.preparedQuery(RENEW)
                .execute(Tuple.of(agents, values, owner, ttlMs))
                .map(AgentLeases::firstColumn);
    }

    private static Set<String> firstColumn(RowSet<Row> rows) {
        Set<String> ids = new HashSet<>();
        rows.forEach(row -> ids.add(row.getString(0)));
        return ids;
    }

    public Future<Void> release(String agentId, long fence) {
        return pool.preparedQuery(RELEASE)
                .execute(Tuple.of(agentId, fence, owner))
                .mapEmpty();
    }
}
