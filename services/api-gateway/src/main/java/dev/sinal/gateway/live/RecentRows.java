package dev.sinal.gateway.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.PullLoop;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.Times;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /telemetry/live} as JSON: the last committed rows of each stream, or those behind a place; and a cursor to go on from. The same cursors as on a
 * WebSocket or an event stream.
 */
final class RecentRows {
    private static final int MAX_ROWS = 10_000;
    private static final int MAX_HINTS = 20;
    private static final long COMMIT_LAG_NS = 10_000_000_000L;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final Vertx vertx;
    private final ReadClient reads;
    private final Catalog catalog;

    private record Kept(RowKey key, String json) {}

    RecentRows(Vertx vertx, ReadClient reads, Catalog catalog) {
        this.vertx = vertx;
        this.reads = reads;
        this.catalog = catalog;
    }

    Future<Buffer> answer(Fields in, Principal principal) {
        in.has("ticket");
        Selection selection = Selection.of(in, LiveRoutes.list(in, "stream"), LiveRoutes.list(in, "metrics"), true);
        Times times = Times.of(in);
        int n = in.integer("n", 100, 1, MAX_ROWS);
        LiveCursor from = LiveCursor.read(in.textOrNull("from"), selection.agentId(), "from");
        LiveCursor to = LiveCursor.read(in.textOrNull("to"), selection.agentId(), "to");
        if (to != null && from == null) {
            throw in.invalid("to", "needs from");
        }
        in.refuseUnknown();
        principal.requireAgent(selection.agentId());
        return catalog.stored(selection.agentId()).compose(known -> {
            selection.refuseAmbiguous(known);
            try {
                refuseUnknown(selection, known, in);
            } catch (ServiceException unknown) {
                return catalog.awaits(selection, known)
                        .compose(yes ->
                                yes ? Future.succeededFuture(nothing(selection, from)) : Future.failedFuture(unknown));
            }
            List<String> ids = known.stream()
                    .filter(stream -> selection.columns(stream) != null)
                    .map(StreamDescriptor::id)
                    .distinct()
                    .toList();
            if (ids.isEmpty() && !known.isEmpty()) {
                return Future.succeededFuture(nothing(selection, from));
            }
            return from == null
                    ? last(selection, ids, times, n)
                    : between(selection, ids, times, n, new Range(from, to));
        });
    }

    private static Buffer nothing(Selection selection, @Nullable LiveCursor from) {
        LiveCursor cursor = from == null ? new LiveCursor(selection.agentId(), Map.of(), since()) : from;
        return body(Map.of(), new JsonArray(), cursor, true);
    }

    /** The cursor knows nothing of streams without rows, so what is on its way into the database now is behind it. */
    private static long since() {
        return UtcNanos.now() - COMMIT_LAG_NS;
    }

    private Future<Buffer> last(Selection selection, List<String> ids, Times times, int n) {
        Map<String, ArrayDeque<Kept>> kept = new LinkedHashMap<>();
        return RowReader.open(reads, ReadQuery.recent(selection.agentId(), ids, n), choice(selection))
                // Recent chunks come in no order of time: all are added before the first row is taken.
                .compose(reader -> PullLoop.whileTrue(reader::fill)
                        .compose(filled -> vertx.executeBlocking(
                                () -> {
                                    while (reader.advance()) {
                                        keepNewest(reader.row(), selection, times, n, kept);
                                    }
                                    LiveCursor cursor = new LiveCursor(selection.agentId(), places(kept), since());
                                    return body(kept, gaps(reader, times), cursor, true);
                                },
                                false))
                        .onComplete(done -> reader.close()));
    }

    private static void keepNewest(
            Row row, Selection selection, Times times, int n, Map<String, ArrayDeque<Kept>> kept) {
        ArrayDeque<Kept> rows = kept.computeIfAbsent(row.stream().id(), id -> new ArrayDeque<>());
        if (rows.size() == n) {
            rows.remove();
        }
        rows.add(new Kept(row.key(), json(row, selection, times)));
    }

    /** What lies between two places, stream after stream, so that each goes on from its own. */
    private static final class Range {
        private final LiveCursor from;
        private final @Nullable LiveCursor to;
        private final Map<String, ArrayDeque<Kept>> kept = new LinkedHashMap<>();
        private final JsonArray gaps = new JsonArray();
        private boolean complete = true;

        Range(LiveCursor from, @Nullable LiveCursor to) {
            this.from = from;
            this.to = to;
        }
    }

    private Future<Buffer> between(Selection selection, List<String> ids, Times times, int n, Range range) {
        ArrayDeque<String> left = new ArrayDeque<>(ids);
        return PullLoop.whileTrue(() -> {
                    String id = left.poll();
                    return id == null
                            ? Future.succeededFuture(false)
                            : stream(selection, id, times, n, range).map(true);
                })
                .map(read -> {
                    Map<String, StreamPosition> places = new LinkedHashMap<>(range.from.streams());
                    places.putAll(places(range.kept));
                    return body(range.kept, range.gaps, range.from.at(places), range.complete);
                });
    }

    private Future<Void> stream(Selection selection, String id, Times times, int n, Range range) {
        StreamPosition place = range.from.place(id);
        StreamPosition end = range.to == null ? null : range.to.place(id);
        if (place == null || (range.to != null && end == null)) {
            return Future.succeededFuture();
        }
        Long until = end != null && end.epoch() == StreamPosition.BY_TIME ? (Long) end.timestamp() : null;
        ReadQuery query =
                ReadQuery.range(selection.agentId(), List.of(id), Math.max(0, place.timestamp()), until, null);
        ArrayDeque<Kept> rows = new ArrayDeque<>();
        return RowReader.open(reads, query, choice(selection)).compose(reader -> {
            reader.opened().gaps().stream()
                    .filter(gap -> gap.stream().equals(id))
                    .filter(gap -> gap.to() == null || gap.to() > place.timestamp())
                    .filter(gap -> end == null || gap.from() < end.timestamp())
                    .forEach(gap -> range.gaps.add(PublicJson.gap(gap, times)));
            return PullLoop.whileTrue(() -> reader.fill()
                            .compose(more -> more
                                    ? vertx.executeBlocking(
                                            () -> taken(reader, place, end, selection, times, n, rows, range), false)
                                    : Future.succeededFuture(false)))
                    .onComplete(done -> {
                        reader.close();
                        if (!rows.isEmpty()) {
                            range.kept.put(id, rows);
                        }
                    });
        });
    }

    /** @return whether more may follow that is wanted */
    private static boolean taken(
            RowReader reader,
            StreamPosition place,
            @Nullable StreamPosition end,
            Selection selection,
            Times times,
            int n,
            ArrayDeque<Kept> rows,
            Range range) {
        while (reader.advance()) {
            RowKey key = reader.row().key();
            if (place.includes(key)) {
                continue;
            }
            if (end != null && !end.includes(key)) {
                return false;
            }
            if (rows.size() == n) {
                range.complete = false;
                return false;
            }
            rows.add(new Kept(key, json(reader.row(), selection, times)));
        }
        return true;
    }

    private static ColumnChoice choice(Selection selection) {
        return stream -> {
            int[] columns = selection.columns(stream);
            return columns == null ? new int[0] : columns;
        };
    }

    private static JsonArray gaps(RowReader reader, Times times) {
        return PublicJson.array(reader.opened().gaps(), gap -> PublicJson.gap(gap, times));
    }

    private static Map<String, StreamPosition> places(Map<String, ArrayDeque<Kept>> kept) {
        Map<String, StreamPosition> places = new LinkedHashMap<>();
        kept.forEach(
                (id, rows) -> places.put(id, StreamPosition.of(rows.getLast().key())));
        return places;
    }

    private static Buffer body(
            Map<String, ArrayDeque<Kept>> kept, JsonArray gaps, LiveCursor cursor, boolean complete) {
        List<Kept> rows = new ArrayList<>();
        kept.values().forEach(rows::addAll);
        rows.sort(Comparator.comparing(Kept::key));
        Buffer out = Buffer.buffer("{\"items\":[");
        for (int i = 0; i < rows.size(); i++) {
            out.appendString(i == 0 ? "" : ",").appendString(rows.get(i).json());
        }
        return out.appendString("],\"gaps\":" + gaps.encode() + ",\"complete\":" + complete + ",\"next_cursor\":\""
                + cursor.encode() + "\"}");
    }

    private static void refuseUnknown(Selection selection, List<StreamDescriptor> known, Fields in) {
        if (known.isEmpty()) {
            return;
        }
        for (String name : selection.streams()) {
            if (known.stream()
                    .noneMatch(
                            stream -> stream.id().equals(name) || stream.name().equals(name))) {
                throw unknown(
                        in,
                        "stream",
                        name,
                        known.stream().map(StreamDescriptor::name).distinct().toList());
            }
        }
        for (String metric : selection.metrics()) {
            if (known.stream().noneMatch(stream -> Selection.named(stream, metric))) {
                throw unknown(
                        in,
                        "metrics",
                        metric,
                        known.stream()
                                .flatMap(stream -> stream.channels().stream().map(ChannelDescriptor::metric))
                                .distinct()
                                .toList());
            }
        }
    }

    private static RuntimeException unknown(Fields in, String field, String value, List<String> candidates) {
        return RpcError.INVALID_PARAMS.exception(
                "unknown " + field + " '" + value + "'",
                new JsonObject()
                        .put(
                                "candidates",
                                new JsonArray(
                                        candidates.stream().limit(MAX_HINTS).toList()))
                        .put(
                                "errors",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("pointer", in.pointer(field))
                                                .put("detail", "unknown: " + value))));
    }

    private static String json(Row row, Selection selection, Times times) {
        StringWriter out = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("agent_id", selection.agentId());
            json.writeStringField("stream", row.stream().name());
            json.writeStringField("stream_id", row.stream().id());
            json.writeNumberField("epoch", row.epoch());
            json.writeNumberField("seq", row.seq());
            if (times == Times.UNIX_NS) {
                json.writeNumberField("timestamp", row.timestamp());
            } else {
                json.writeStringField("timestamp", String.valueOf(times.json(row.timestamp())));
            }
            JsonObject special = new JsonObject();
            json.writeObjectFieldStart("metrics");
            int[] columns = selection.columns(row.stream());
            for (int c : columns == null ? new int[0] : columns) {
                if (row.isPresent(c)) {
                    metric(json, row, c, special);
                }
            }
            json.writeEndObject();
            if (!special.isEmpty()) {
                json.writeFieldName("special");
                json.writeRawValue(special.encode());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static void metric(JsonGenerator json, Row row, int c, JsonObject special) throws IOException {
        ChannelDescriptor channel = row.stream().channels().get(c);
        SampleFormat format = row.format(c);
        json.writeFieldName(channel.metric());
        if (format == null) {
            json.writeNull();
        } else if (format.isText()) {
            json.writeString(row.text(c));
        } else if (format.isInteger() && !channel.scaled()) {
            json.writeNumber(row.longValue(c));
        } else if (Double.isFinite(row.value(c))) {
            json.writeNumber(row.value(c));
        } else {
            json.writeNull();
            special.put(channel.metric(), Double.toString(row.value(c)));
        }
    }
}
