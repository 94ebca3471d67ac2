package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.gateway.http.Fields;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a reader asks for, resolved against the streams that an agent has.
 *
 * @param streams ids that can hold wanted rows; empty = all of the agent, also ones to come
 * @param metrics wanted metrics by stream id; empty = every metric of every wanted stream
 */
record Wanted(List<String> streams, Map<String, Set<String>> metrics) {
    static final Wanted EVERYTHING = new Wanted(List.of(), Map.of());

    Wanted {
        streams = List.copyOf(streams);
        metrics = Map.copyOf(metrics);
    }

    /**
     * @param known streams of the agent; several descriptors of one id are its epochs; one without channels is bound, but nothing is stored of it yet,
     *     so it may have any metric
     * @throws io.vertx.serviceproxy.ServiceException INVALID_PARAMS with near matches, or with candidates when a metric fits several streams
     */
    static Wanted of(Fields in, List<StreamDescriptor> known) {
        List<StreamDescriptor> chosen = chosen(in, known);
        boolean all = in.texts("stream").isEmpty();
        Map<String, Set<String>> metrics = new HashMap<>();
        for (String given : in.texts("metrics")) {
            for (String name : fits(given, chosen) ? List.of(given) : split(in, given)) {
                for (StreamDescriptor owner : owners(in, name, chosen)) {
                    metrics.computeIfAbsent(owner.id(), id -> new LinkedHashSet<>())
                            .add(metricOf(name, owner));
                }
            }
        }
        if (!metrics.isEmpty()) {
            return new Wanted(List.copyOf(metrics.keySet()), metrics);
        }
        return new Wanted(all ? List.of() : ids(chosen), metrics);
    }

    private static List<String> ids(List<StreamDescriptor> streams) {
        return streams.stream().map(StreamDescriptor::id).distinct().toList();
    }

    private static List<StreamDescriptor> chosen(Fields in, List<StreamDescriptor> known) {
        List<String> filters = new ArrayList<>();
        for (String given : in.texts("stream")) {
            boolean verbatim = known.stream().anyMatch(s -> named(s, given));
            filters.addAll(verbatim ? List.of(given) : split(in, given));
        }
        if (filters.isEmpty()) {
            return known;
        }
        for (String filter : filters) {
            if (known.stream().noneMatch(s -> named(s, filter))) {
                throw unknown(
                        in,
                        "stream",
                        filter,
                        known.stream().map(StreamDescriptor::name).toList());
            }
        }
        return known.stream()
                .filter(s -> filters.stream().anyMatch(f -> named(s, f)))
                .toList();
    }

    private static List<String> split(Fields in, String given) {
        List<String> parts = new ArrayList<>();
        for (String part : given.split(",", -1)) {
            if (part.isBlank()) {
                throw in.invalid("metrics", "has an empty name in '" + given + "'");
            }
            parts.add(part.strip());
        }
        return parts;
    }

    private static boolean named(StreamDescriptor stream, String filter) {
        return stream.name().equals(filter) || stream.id().equals(filter);
    }

    private static boolean fits(String metric, List<StreamDescriptor> streams) {
        return streams.stream().anyMatch(stream -> has(stream, metric));
    }

    private static boolean has(StreamDescriptor stream, String metric) {
        return stream.column(metricOf(metric, stream)) >= 0;
    }

    /** Without the stream's name before it, if that is how the metric is written. */
    private static String metricOf(String metric, StreamDescriptor stream) {
        if (stream.column(metric) >= 0) {
            return metric;
        }
        for (String prefix : List.of(stream.name() + "/", stream.id() + "/")) {
            if (metric.startsWith(prefix)) {
                return metric.substring(prefix.length());
            }
        }
        return metric;
    }

    /** Streams of one name: a device that was replaced goes on under the name of the one before. */
    private static List<StreamDescriptor> owners(Fields in, String metric, List<StreamDescriptor> streams) {
        List<StreamDescriptor> owners =
                streams.stream().filter(s -> has(s, metric)).toList();
        if (owners.isEmpty()) {
            List<StreamDescriptor> awaited =
                    streams.stream().filter(s -> s.channels().isEmpty()).toList();
            if (awaited.isEmpty()) {
                throw unknown(in, "metrics", metric, metricsOf(streams));
            }
            return awaited;
        }
        List<String> names =
                owners.stream().map(StreamDescriptor::name).distinct().toList();
        if (names.size() > 1) {
            throw RpcError.INVALID_PARAMS.exception(
                    "metric '" + metric + "' is in " + names.size() + " streams: write stream/metric",
                    errors(in, "metrics", "ambiguous")
                            .put("code", "ambiguous_metric")
                            .put("candidates", new JsonArray(candidates(metric, owners))));
        }
        return owners;
    }

    /** By name, or by id where a name stands for several streams. */
    private static List<String> candidates(String metric, List<StreamDescriptor> owners) {
        return owners.stream()
                .map(s -> (owners.stream().anyMatch(o -> o.name().equals(s.name()) && !o.id().equals(s.id()))
                                ? s.id()
                                : s.name())
                        + "/" + metric)
                .distinct()
                .toList();
    }

    private static List<String> metricsOf(Collection<StreamDescriptor> streams) {
        return streams.stream()
                .flatMap(s -> s.channels().stream())
                .map(ChannelDescriptor::metric)
                .distinct()
                .toList();
    }

    private static RuntimeException unknown(Fields in, String field, String name, Collection<String> names) {
        List<String> near = NearMatches.of(name.substring(name.lastIndexOf('/') + 1), names);
        String hint = near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
        return RpcError.INVALID_PARAMS.exception(
                "no " + (field.equals("stream") ? "stream" : "metric") + " '" + name + "'" + hint,
                errors(in, field, "unknown: " + name)
                        .put("code", field.equals("stream") ? "unknown_stream" : "unknown_metric")
                        .put("near_matches", new JsonArray(near)));
    }

    private static JsonObject errors(Fields in, String field, String detail) {
        return new JsonObject()
                .put(
                        "errors",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("pointer", in.pointer(field))
                                        .put("detail", detail)));
    }

    /** The metrics as {@code stream id/metric}. */
    List<String> qualified() {
        List<String> names = new ArrayList<>();
        metrics.forEach((stream, wanted) -> wanted.forEach(metric -> names.add(stream + "/" + metric)));
        return names;
    }

    ColumnChoice columns() {
        if (metrics.isEmpty()) {
            return ColumnChoice.ALL;
        }
        return stream -> {
            Set<String> names = metrics.getOrDefault(stream.id(), Set.of());
            return IntStream.range(0, stream.channels().size())
                    .filter(c -> names.contains(stream.channels().get(c).metric()))
                    .toArray();
        };
    }
}
