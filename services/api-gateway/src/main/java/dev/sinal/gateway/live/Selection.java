package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.telemetry.LiveCursor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer wants to see. Equal selections share their messages.
 *
 * @param streams names or ids; empty = all
 * @param metrics names or {@code stream/metric}; empty = all. A stream without any of them is left out
 * @param maxHz samples a second per stream (decimate) or messages a second per stream (latest); 0 with all
 * @param unixTime timestamps as integers, UTC ns
 */
record Selection(
        String agentId,
        TreeSet<String> streams,
        TreeSet<String> metrics,
        Mode mode,
        double maxHz,
        Format format,
        boolean unixTime) {
    enum Mode {
        ALL,
        DECIMATE,
        LATEST
    }

    enum Format {
        JSON,
        MSGPACK,
        BINARY,
        SSE
    }

    private static final double DECIMATE_HZ = 50;
    private static final double LATEST_HZ = 5;

    /** @param sse an event stream has one format */
    static Selection of(Fields in, List<String> streams, List<String> metrics, boolean sse) {
        String agentId = in.text("agent_id");
        Mode mode = Mode.valueOf(in.choice("mode", "all", "decimate", "latest").toUpperCase(Locale.ROOT));
        Double maxHz = in.numberOrNull("max_hz", 0.01, 1_000);
        if (mode == Mode.ALL && maxHz != null) {
            throw in.invalid("max_hz", "needs mode decimate or latest");
        }
        Format format = sse
                ? Format.SSE
                : Format.valueOf(
                        in.choice("format", "json", "msgpack", "binary").toUpperCase(Locale.ROOT));
        boolean unixTime = in.choice("time_format", "rfc3339", "unix_ns").equals("unix_ns");
        double hz = maxHz != null ? maxHz : mode == Mode.DECIMATE ? DECIMATE_HZ : mode == Mode.LATEST ? LATEST_HZ : 0;
        return new Selection(agentId, new TreeSet<>(streams), new TreeSet<>(metrics), mode, hz, format, unixTime);
    }

    boolean wants(String streamId, @Nullable String streamName) {
        return streams.isEmpty() || streams.contains(streamId) || (streamName != null && streams.contains(streamName));
    }

    /** Columns to send, in the stream's order; null when the stream is not wanted. */
    int @Nullable [] columns(StreamDescriptor stream) {
        if (!wants(stream.id(), stream.name())) {
            return null;
        }
        int[] chosen = IntStream.range(0, stream.channels().size())
                .filter(c -> metrics.isEmpty()
                        || chosen(stream, stream.channels().get(c).metric()))
                .toArray();
        return chosen.length == 0 ? null : chosen;
    }

    /** @param name bare, or {@code stream/metric} */
    static boolean named(StreamDescriptor stream, String name) {
        return stream.channels().stream()
                .map(channel -> channel.metric())
                .anyMatch(metric -> name.equals(metric)
                        || name.equals(stream.name() + "/" + metric)
                        || name.equals(stream.id() + "/" + metric));
    }

    private boolean chosen(StreamDescriptor stream, String metric) {
        return metrics.contains(metric)
                || metrics.contains(stream.name() + "/" + metric)
                || metrics.contains(stream.id() + "/" + metric);
    }

    /** @throws io.vertx.serviceproxy.ServiceException INVALID_PARAMS when there is nothing to go on from */
    void refusePlace(@Nullable LiveCursor place, String pointer) {
        if (place != null && mode == Mode.LATEST) {
            throw RpcError.invalid(pointer, "needs mode all or decimate");
        }
    }

    /** @throws io.vertx.serviceproxy.ServiceException INVALID_PARAMS when a bare metric fits two of these streams */
    void refuseAmbiguous(List<StreamDescriptor> known) {
        for (String metric : metrics) {
            List<String> candidates = known.stream()
                    .filter(stream -> wants(stream.id(), stream.name()) && stream.column(metric) >= 0)
                    .map(stream -> stream.name() + "/" + metric)
                    .distinct()
                    .toList();
            if (candidates.size() > 1) {
                throw RpcError.INVALID_PARAMS.exception(
                        "metric '" + metric + "' is in " + candidates.size() + " streams: name one as stream/metric",
                        new JsonObject().put("code", "ambiguous_metric").put("candidates", new JsonArray(candidates)));
            }
        }
    }
}
