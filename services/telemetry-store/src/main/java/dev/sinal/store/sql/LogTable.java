package dev.sinal.store.sql;

import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What agents and services reported. */
public final class LogTable {
    private static final List<String> LEVELS = List.of("debug", "info", "warn", "error");
    private static final int MOST_WRITTEN = 500;
    private static final int MOST_READ = 10_000;

    private static final String ADD = """
            INSERT INTO telemetry.logs (agent_id, ts, level, source, message, data)
            SELECT r.agent_id, r.ts, r.level, r.source, r.message, r.data::json
              FROM unnest($1::text[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[])
                   WITH ORDINALITY AS r (agent_id, ts, level, source, message, data, place)
             ORDER BY r.place
            """;

    private static final String FIND = """
            SELECT id, agent_id, ts, level, source, message, data::text AS data FROM telemetry.logs
             WHERE ($1::text IS NULL OR agent_id = $1) AND level >= $2
               AND ($3::text IS NULL OR message ILIKE $3 ESCAPE '\\')
               AND ts >= $4 AND ts < $5 AND id > $6
             ORDER BY id LIMIT $7
            """;

    private final Reads reads;
    private final Pool writes;

    public LogTable(Reads reads, Pool writes) {
        this.reads = reads;
        this.writes = writes;
    }

    public Future<Void> add(List<LogEntry> entries) {
        if (entries.size() > MOST_WRITTEN) {
            return Future.failedFuture(
                    RpcError.invalid("entries", "at most " + MOST_WRITTEN + ", were " + entries.size()));
        }
        for (LogEntry entry : entries) {
            if (!LEVELS.contains(entry.level()) || entry.source() == null || entry.message() == null) {
                return Future.failedFuture(RpcError.invalid(
                        "entries", "each needs source, message and a level of " + LEVELS + ", was " + entry.level()));
            }
        }
        Tuple values = Tuple.tuple()
                .addArrayOfString(texts(entries, LogEntry::agentId))
                .addArrayOfLong(entries.stream().map(LogEntry::timestamp).toArray(Long[]::new))
                .addArrayOfInteger(entries.stream()
                        .map(entry -> LEVELS.indexOf(entry.level()))
                        .toArray(Integer[]::new))
                .addArrayOfString(texts(entries, LogEntry::source))
                .addArrayOfString(texts(entries, LogEntry::message))
                .addArrayOfString(texts(entries, LogTable::data));
        return writes.preparedQuery(ADD)
                .execute(values)
                .timeout(Reads.TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    public Future<List<LogEntry>> find(LogQuery query) {
        int level = query.level() == null ? 0 : LEVELS.indexOf(query.level());
        if (level < 0) {
            return Future.failedFuture(RpcError.invalid("level", "must be one of " + LEVELS));
        }
        int limit = query.limit() <= 0 ? MOST_READ : Math.min(query.limit(), MOST_READ);
        return reads.list(
                FIND,
                Tuple.tuple()
                        .addString(query.agentId())
                        .addInteger(level)
                        .addString(query.text() == null ? null : "%" + escaped(query.text()) + "%")
                        .addLong(query.from() == null ? Long.MIN_VALUE : query.from())
                        .addLong(query.to() == null ? Long.MAX_VALUE : query.to())
                        .addLong(query.afterId() == null ? 0 : query.afterId())
                        .addInteger(limit),
                LogTable::entry);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace("\0", "");
    }

    private static @Nullable String data(LogEntry entry) {
        return entry.data() == null ? null : entry.data().encode();
    }

    private static String[] texts(List<LogEntry> entries, Function<LogEntry, @Nullable String> field) {
        return entries.stream()
                .map(field)
                .map(text -> text == null ? null : text.replace('\0', '\uFFFD'))
                .toArray(String[]::new);
    }

    private static LogEntry entry(Row row) {
        String data = row.getString("data");
        return new LogEntry(
                row.getLong("id"),
                row.getString("agent_id"),
                row.getLong("ts"),
                LEVELS.get(row.getInteger("level")),
                row.getString("source"),
                row.getString("message"),
                data == null ? null : new JsonObject(data));
    }
}
