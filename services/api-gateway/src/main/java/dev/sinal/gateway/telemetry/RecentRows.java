package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.PullLoop;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowMerger;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.RowBytes;
import dev.sinal.gateway.format.RowJson;
import dev.sinal.gateway.format.RowStyle;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.routes.AgentIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last committed rows of each stream, for JSON-RPC {@code telemetry_recent}. */
public final class RecentRows {
    private static final int ROWS = 100;
    private static final int MAX_ROWS = 10_000;

    private final Vertx vertx;
    private final History history;

    public RecentRows(Vertx vertx, History history) {
        this.vertx = vertx;
        this.history = history;
    }

    private record Kept(Place place, Buffer json) {}

    public Future<JsonObject> read(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        in.has("stream");
        in.has("metrics");
        int n = in.integer("n", ROWS, 1, MAX_ROWS);
        RowStyle style = RowStyle.of(in);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        return history.resolve(agentId, known -> Wanted.of(in, known))
                .compose(wanted -> read(agentId, wanted, n, style));
    }

    private Future<JsonObject> read(String agentId, Wanted wanted, int n, RowStyle style) {
        ReadQuery query = ReadQuery.recent(agentId, wanted.streams(), n)
                .withColumns(wanted.metrics())
                .asPage(true);
        return history.services()
                .breaker()
                .read(() -> history.services().reads().open(query))
                .compose(cursor -> {
                    RowMerger merger = RowMerger.ofAll(query, cursor.opened(), wanted.columns());
                    return PullLoop.whileTrue(() -> fill(cursor, merger))
                            .compose(done -> vertx.executeBlocking(() -> last(agentId, merger, n, style), false))
                            .map(rows -> answer(agentId, rows, cursor, style))
                            .onComplete(done -> cursor.close());
                });
    }

    private static Future<Boolean> fill(ReadCursor cursor, RowMerger merger) {
        return cursor.next().map(entries -> {
            merger.addAll(entries);
            return !cursor.ended();
        });
    }

    private static List<Kept> last(String agentId, RowMerger merger, int n, RowStyle style) {
        merger.end();
        RowJson json = new RowJson(style);
        RowBytes text = new RowBytes(1_024);
        Map<String, Deque<Kept>> byStream = new HashMap<>();
        while (merger.advance()) {
            Row row = merger.row();
            Deque<Kept> kept = byStream.computeIfAbsent(row.stream().id(), id -> new ArrayDeque<>());
            if (kept.size() == n) {
                kept.removeFirst();
            }
            json.write(text, row);
            kept.addLast(new Kept(Place.time(agentId, row.key()), text.take()));
        }
        List<Kept> all = new ArrayList<>();
        byStream.values().forEach(all::addAll);
        all.sort(Comparator.comparing(
                kept -> java.util.Objects.requireNonNull(kept.place().row())));
        return all;
    }

    private static JsonObject answer(String agentId, List<Kept> rows, ReadCursor cursor, RowStyle style) {
        JsonArray items = new JsonArray();
        rows.forEach(kept -> items.add(new JsonObject(kept.json())));
        Place last = rows.isEmpty()
                ? Place.start(agentId, false)
                : rows.get(rows.size() - 1).place();
        return new JsonObject()
                .put("items", items)
                .put("gaps", PublicJson.array(cursor.opened().gaps(), gap -> PublicJson.gap(gap, style.times())))
                .put("next_cursor", last.encode());
    }
}
