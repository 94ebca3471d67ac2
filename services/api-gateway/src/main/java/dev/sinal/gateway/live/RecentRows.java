package dev.sinal.gateway.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.Times;
import dev.sinal.gateway.http.Fields;
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

/** {@code GET /telemetry/live} as JSON: the last committed rows of each stream, and a cursor to go on from. */
final class RecentRows {
    private static final int MAX_ROWS = 10_000;
    private static final int MAX_HINTS = 20;
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
        in.refuseUnknown();
        principal.requireAgent(selection.agentId());
        return catalog.stored(selection.agentId()).compose(known -> {
            selection.refuseAmbiguous(known);
            try {
                refuseUnknown(selection, known, in);
            } catch (ServiceException unknown) {
                return catalog.awaits(selection, known)
                        .compose(yes -> yes
                                ? Future.succeededFuture(body(selection, new LinkedHashMap<>(), new JsonArray()))
                                : Future.failedFuture(unknown));
            }
            List<String> ids = known.stream()
                    .filter(stream -> selection.columns(stream) != null)
                    .map(StreamDescriptor::id)
                    .distinct()
                    .toList();
            if (ids.isEmpty() && !known.isEmpty()) {
                return Future.succeededFuture(body(selection, new LinkedHashMap<>(), new JsonArray()));
            }
            ColumnChoice choice = stream -> {
                int[] columns = selection.columns(stream);
                return columns == null ? new int[0] : columns;
            };
            return RowReader.open(reads, ReadQuery.recent(selection.agentId(), ids, n), choice)
                    .compose(reader -> read(reader, selection, times, n, new LinkedHashMap<>()));
        });
    }

    private Future<Buffer> read(
            RowReader reader, Selection selection, Times times, int n, Map<String, ArrayDeque<Kept>> kept) {
        // Recent chunks come in no order of time: all are added before the first row is taken.
        return reader.fill().compose(more -> {
            if (more) {
                return read(reader, selection, times, n, kept);
            }
            return vertx.executeBlocking(() -> rows(reader, selection, times, n, kept), false);
        });
    }

    /** Decodes and writes up to 10 000 rows a stream: too long for an event loop. */
    private static Buffer rows(
            RowReader reader, Selection selection, Times times, int n, Map<String, ArrayDeque<Kept>> kept) {
        while (reader.advance()) {
            Row row = reader.row();
            ArrayDeque<Kept> rows = kept.computeIfAbsent(row.stream().id(), id -> new ArrayDeque<>());
            if (rows.size() == n) {
                rows.remove();
            }
            rows.add(new Kept(row.key(), json(row, selection, times)));
        }
        return body(selection, kept, PublicJson.array(reader.opened().gaps(), gap -> PublicJson.gap(gap, times)));
    }

    private static Buffer body(Selection selection, Map<String, ArrayDeque<Kept>> kept, JsonArray gaps) {
        List<Kept> rows = new ArrayList<>();
        Map<String, StreamPosition> places = new LinkedHashMap<>();
        kept.forEach((id, stream) -> {
            rows.addAll(stream);
            RowKey last = stream.getLast().key();
            places.put(id, new StreamPosition(last.epoch(), last.seq(), last.timestamp()));
        });
        rows.sort(Comparator.comparing(Kept::key));
        Buffer out = Buffer.buffer("{\"items\":[");
        for (int i = 0; i < rows.size(); i++) {
            out.appendString(i == 0 ? "" : ",").appendString(rows.get(i).json());
        }
        String cursor = LiveCursor.encode(selection.agentId(), places);
        return out.appendString("],\"gaps\":" + gaps.encode() + ",\"next_cursor\":\"" + cursor + "\"}");
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
