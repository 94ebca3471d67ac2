package dev.sinal.ingest.sql;

import dev.sinal.ingest.bus.LeaseRow;
import dev.sinal.ingest.bus.Leases;
import dev.sinal.ingest.bus.Member;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables of leases and nodes. The holder that renews keeps its lease however late it comes, as long as nobody has taken it. */
public final class AgentLeases {
    /** How long a lease holds without being renewed. */
    public static final Duration TTL = Duration.ofSeconds(10);

    /** One round trip: this node is here, renews what it holds, and sees who else is here and how the leases are. */
    private static final String ROUND = """
            WITH me AS (
                INSERT INTO ingest.node AS known (owner, node, load, draining, outlets, seen_at)
                VALUES ($1, $2, $3, $4, coalesce($5::jsonb, '{}'), clock_timestamp())
                ON CONFLICT (owner) DO UPDATE
                   SET node = $2, load = $3, draining = $4, outlets = coalesce($5::jsonb, known.outlets),
                       seen_at = clock_timestamp()),
            forgotten AS (
                DELETE FROM ingest.node WHERE owner <> $1 AND seen_at < clock_timestamp() - interval '1 hour'),
            mine AS (
                UPDATE ingest.agent_lease AS held SET expires_at = clock_timestamp() + $6 * interval '1 millisecond'
                  FROM unnest($7::text[], $8::bigint[]) AS mine (agent_id, fence)
                 WHERE held.agent_id = mine.agent_id AND held.fence = mine.fence AND held.owner = $1
                RETURNING held.agent_id)
            SELECT (SELECT coalesce(array_agg(agent_id), '{}') FROM mine) AS renewed,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object(
                               'owner', n.owner, 'node', n.node, 'load', n.load, 'draining', n.draining,
                               'agents', (SELECT count(*) FROM ingest.agent_lease l
                                           WHERE l.owner = n.owner AND l.expires_at > clock_timestamp()))), '[]')
                      FROM ingest.node n
                     WHERE n.owner <> $1 AND n.seen_at > clock_timestamp() - 0.6 * $6 * interval '1 millisecond') AS others,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object(
                               'agent_id', l.agent_id, 'owner', l.owner, 'node', l.node, 'fence', l.fence,
                               'left_ms', floor(1000 * extract(epoch FROM l.expires_at - clock_timestamp()))::bigint,
                               'heir', l.heir, 'former', l.former, 'former_fence', coalesce(l.former_fence, 0),
                               'arrived', l.arrived, 'cuts', l.cuts, 'answer', l.answer)), '[]')
                      FROM ingest.agent_lease l WHERE l.agent_id = ANY ($9)) AS leases
            """;

    private static final String TAKE = """
            INSERT INTO ingest.agent_lease AS held (agent_id, owner, node, fence, expires_at)
            SELECT agent_id, $2, $3, 1, clock_timestamp() + $4 * interval '1 millisecond' FROM unnest($1::text[]) AS agent_id
             ORDER BY agent_id
            ON CONFLICT (agent_id) DO UPDATE
               SET owner = $2, node = $3, fence = held.fence + 1, heir = NULL, former = NULL, former_fence = NULL, arrived = true,
                   cuts = '{}', answer = NULL, expires_at = clock_timestamp() + $4 * interval '1 millisecond'
             WHERE held.owner IS NULL OR held.owner = $2 OR ($5 AND held.expires_at < clock_timestamp())
            RETURNING agent_id, fence
            """;
    private static final String TAKE_OVER = """
            UPDATE ingest.agent_lease
               SET owner = $2, node = $3, fence = fence + 1, heir = NULL, former = owner, former_fence = fence, arrived = false,
                   cuts = '{}', answer = NULL, expires_at = clock_timestamp() + $4 * interval '1 millisecond'
             WHERE agent_id = $1 AND fence = $5 AND owner <> $2 AND arrived
            RETURNING fence
            """;
    private static final String GIVE_BACK = """
            UPDATE ingest.agent_lease
               SET owner = former, node = coalesce((SELECT n.node FROM ingest.node n WHERE n.owner = former), node),
                   fence = fence + 1, former = NULL, former_fence = NULL, arrived = true, cuts = '{}', answer = NULL
             WHERE agent_id = $1 AND fence = $2 AND owner = $3 AND former IS NOT NULL
            """;
    private static final String PROPOSE = """
            UPDATE ingest.agent_lease SET cuts = $4::jsonb WHERE agent_id = $1 AND fence = $2 AND owner = $3
            """;
    private static final String ARRIVED = """
            UPDATE ingest.agent_lease SET arrived = true WHERE agent_id = $1 AND fence = $2 AND owner = $3
            """;
    private static final String ANSWER = """
            UPDATE ingest.agent_lease SET answer = $4::jsonb WHERE agent_id = $1 AND former_fence = $2 AND former = $3
            """;
    private static final String INVITE = """
            UPDATE ingest.agent_lease SET heir = $4 WHERE agent_id = $1 AND fence = $2 AND owner = $3
            """;
    private static final String RELEASE = """
            UPDATE ingest.agent_lease SET owner = NULL, heir = $4, expires_at = clock_timestamp()
             WHERE agent_id = $1 AND fence = $2 AND owner = $3
            """;
    private static final String COLLECTED = """
            SELECT o.key AS uid, o.value AS agents
              FROM ingest.node n CROSS JOIN LATERAL jsonb_each(n.outlets) o
             WHERE n.owner <> $1 AND n.seen_at > clock_timestamp() - 0.6 * $2 * interval '1 millisecond' AND o.key = ANY ($3)
            """;
    private static final String LEAVE = "DELETE FROM ingest.node WHERE owner = $1";

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

    /** @param renewed agents whose leases are still ours @param rows leases of wanted agents, by agent */
    public record Seen(Set<String> renewed, List<Member> others, Map<String, LeaseRow> rows) {}

    /** @param fences of what is held, by agent @param outlets null = as before */
    Future<Seen> round(Leases.Round round, Map<String, Long> fences, @Nullable JsonObject outlets) {
        String[] agents = fences.keySet().toArray(String[]::new);
        Long[] values = new Long[agents.length];
        for (int i = 0; i < agents.length; i++) {
            values[i] = fences.get(agents[i]);
        }
        String[] wanted = round.wanted().stream().map(Leases.Wanted::agentId).toArray(String[]::new);
        return pool.preparedQuery(ROUND)
                .execute(Tuple.tuple()
                        .addString(owner)
                        .addString(node)
                        .addDouble(round.load())
                        .addBoolean(round.draining())
                        .addValue(outlets)
                        .addLong(ttlMs)
                        .addArrayOfString(agents)
                        .addArrayOfLong(values)
                        .addArrayOfString(wanted))
                .map(rows -> seen(rows.iterator().next()));
    }

    private static Seen seen(Row row) {
        List<Member> others = new ArrayList<>();
        for (Object item : row.getJsonArray("others")) {
            JsonObject json = (JsonObject) item;
            others.add(new Member(
                    json.getString("owner"),
                    json.getString("node"),
                    json.getDouble("load"),
                    json.getInteger("agents"),
                    json.getBoolean("draining")));
        }
        Map<String, LeaseRow> leases = new HashMap<>();
        for (Object item : row.getJsonArray("leases")) {
            LeaseRow lease = lease((JsonObject) item);
            leases.put(lease.agentId(), lease);
        }
        return new Seen(Set.of(row.getArrayOfStrings("renewed")), List.copyOf(others), leases);
    }

    private static LeaseRow lease(JsonObject json) {
        return new LeaseRow(
                json.getString("agent_id"),
                json.getString("owner"),
                json.getString("node"),
                json.getLong("fence"),
                json.getLong("left_ms"),
                json.getString("heir"),
                json.getString("former"),
                json.getLong("former_fence"),
                json.getBoolean("arrived"),
                json.getJsonObject("cuts"),
                json.getJsonObject("answer"));
    }

    /**
     * Takes leases that are free or were ours.
     *
     * @param expiredToo also those that somebody else has let expire
     * @return fences by agent; of those only that nobody else has
     */
    Future<Map<String, Long>> take(List<String> agentIds, boolean expiredToo) {
        return pool.preparedQuery(TAKE)
                .execute(Tuple.of(agentIds.toArray(String[]::new), owner, node, ttlMs, expiredToo))
                .map(rows -> {
                    Map<String, Long> fences = new HashMap<>();
                    rows.forEach(row -> fences.put(row.getString("agent_id"), row.getLong("fence")));
                    return fences;
                });
    }

    /** @param fence of the one who has it @return ours; null when it has changed meanwhile */
    Future<@Nullable Long> takeOver(String agentId, long fence) {
        return pool.preparedQuery(TAKE_OVER)
                .execute(Tuple.of(agentId, owner, node, ttlMs, fence))
                .map(rows -> rows.size() == 0 ? null : rows.iterator().next().getLong("fence"));
    }

    Future<Boolean> giveBack(String agentId, long fence) {
        return set(GIVE_BACK, Tuple.of(agentId, fence, owner));
    }

    Future<Boolean> propose(String agentId, long fence, JsonObject cuts) {
        return set(PROPOSE, Tuple.of(agentId, fence, owner, cuts));
    }

    Future<Boolean> arrived(String agentId, long fence) {
        return set(ARRIVED, Tuple.of(agentId, fence, owner));
    }

    /** @param fence under which we had it */
    Future<Boolean> answer(String agentId, long fence, JsonObject answer) {
        return set(ANSWER, Tuple.of(agentId, fence, owner, answer));
    }

    Future<Boolean> invite(String agentId, long fence, String heir) {
        return set(INVITE, Tuple.of(agentId, fence, owner, heir));
    }

    Future<Boolean> release(String agentId, long fence, @Nullable String heir) {
        return set(RELEASE, Tuple.of(agentId, fence, owner, heir));
    }

    Future<Boolean> leave() {
        return set(LEAVE, Tuple.of(owner));
    }

    private Future<Boolean> set(String statement, Tuple values) {
        return pool.preparedQuery(statement).execute(values).map(rows -> rows.rowCount() == 1);
    }

    Future<Map<String, List<String>>> collectedElsewhere(Set<String> uids) {
        return pool.preparedQuery(COLLECTED)
                .execute(Tuple.of(owner, ttlMs, uids.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Set<String>> byUid = new HashMap<>();
                    rows.forEach(row -> {
                        Set<String> agents = byUid.computeIfAbsent(row.getString("uid"), uid -> new HashSet<>());
                        ((JsonArray) row.getJson("agents")).forEach(agent -> agents.add(String.valueOf(agent)));
                    });
                    Map<String, List<String>> sorted = new HashMap<>();
                    byUid.forEach((uid, agents) ->
                            sorted.put(uid, agents.stream().sorted().toList()));
                    return sorted;
                });
    }
}
