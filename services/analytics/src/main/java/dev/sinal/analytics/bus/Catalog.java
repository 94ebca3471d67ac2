package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Refusal;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The streams of one agent, and what metric names mean among them. */
final class Catalog {
    private final String agentId;
    private final List<StreamRecord> streams;

    /** @param all of the agent @param wanted names or ids; empty = all */
    Catalog(String agentId, List<StreamRecord> all, List<String> wanted) {
        this.agentId = agentId;
        this.streams = wanted.isEmpty()
                ? all
                : all.stream()
                        .filter(s -> wanted.stream().anyMatch(w -> named(s, w)))
                        .toList();
        for (int i = 0; i < wanted.size(); i++) {
            String stream = wanted.get(i);
            if (all.stream().noneMatch(s -> named(s, stream))) {
                List<String> names =
                        all.stream().map(s -> s.descriptor().name()).toList();
                throw unknown("/filters/stream", "agent " + agentId + " has no stream '" + stream + "'", stream, names);
            }
        }
    }

    private static boolean named(StreamRecord stream, String wanted) {
        return stream.descriptor().name().equals(wanted)
                || stream.descriptor().id().equals(wanted);
    }

    /**
     * A name and what it stands for.
     *
     * @param name as asked for
     * @param stream the newest of its streams
     * @param earlier those that it follows under the same name: a device that was replaced
     */
    record Variable(String name, StreamRecord stream, String metric, List<StreamRecord> earlier) {
        String streamId() {
            return stream.descriptor().id();
        }

        List<StreamRecord> streams() {
            List<StreamRecord> all = new ArrayList<>(earlier);
            all.add(stream);
            return all;
        }

        List<String> streamIds() {
            return streams().stream().map(s -> s.descriptor().id()).toList();
        }

        String unit() {
            StreamDescriptor descriptor = stream.descriptor();
            return descriptor.channels().get(descriptor.column(metric)).unit();
        }

        /** Nominal, or measured when irregular, Hz; 0 when nobody knows. */
        double rate() {
            double nominal = stream.descriptor().nominalRate();
            Double effective = stream.effectiveRate();
            return nominal > 0 ? nominal : effective == null ? 0 : effective;
        }
    }

    /** @param pointer of the names, without index */
    List<Variable> resolve(List<String> names, String pointer) {
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            variables.add(resolve(names.get(i), names.size() == 1 ? pointer : pointer + "/" + i));
        }
        return variables;
    }

    private Variable resolve(String name, String pointer) {
        List<Owned> found = new ArrayList<>();
        for (Owned owned : owned()) {
            if (owned.metric().equals(name) || owned.fullName().equals(name)) {
                found.add(owned);
            }
        }
        if (found.isEmpty()) {
            found.addAll(byId(name));
        }
        if (found.isEmpty()) {
            throw unknown(pointer, "agent " + agentId + " has no metric '" + name + "'", name, metrics());
        }
        if (found.size() > 1) {
            throw ambiguous(name, pointer, "is in several streams", found);
        }
        Owned owned = found.get(0);
        String obstacle = owned.obstacle();
        if (obstacle != null) {
            throw ambiguous(name, pointer, obstacle, found);
        }
        Variable variable = owned.variable(name);
        if (!variable.streams().stream().allMatch(Catalog::numeric)) {
            throw RpcError.impossible(Refusal.NON_NUMERIC_METRIC, "'" + name + "' holds texts, not numbers");
        }
        return variable;
    }

    /** A metric of the streams of one name, oldest first: several when a device was replaced or its identity changed. */
    private record Owned(String stream, String metric, List<StreamRecord> records) {
        String fullName() {
            return stream + "/" + metric;
        }

        /** Why its streams are not one series; null when they are. */
        @Nullable
        String obstacle() {
            for (int i = 1; i < records.size(); i++) {
                StreamRecord before = records.get(i - 1);
                StreamRecord after = records.get(i);
                if (!before.descriptor().format().equals(after.descriptor().format())
                        || !unit(before).equals(unit(after))) {
                    return "is in several streams of one name that differ in format or unit";
                }
                Long end = before.lastSeen();
                Long begin = after.firstSeen();
                if (end != null && begin != null && end >= begin) {
                    return "is in several streams of one name at the same time";
                }
            }
            return null;
        }

        private String unit(StreamRecord record) {
            StreamDescriptor descriptor = record.descriptor();
            return descriptor.channels().get(descriptor.column(metric)).unit();
        }

        Variable variable(String name) {
            int last = records.size() - 1;
            return new Variable(name, records.get(last), metric, records.subList(0, last));
        }

        /** The names that mean just one of its streams each. */
        List<String> candidates() {
            return records.size() == 1
                    ? List.of(fullName())
                    : records.stream()
                            .map(r -> r.descriptor().id() + "/" + metric)
                            .toList();
        }
    }

    private List<Owned> owned() {
        Map<List<String>, List<StreamRecord>> records = new LinkedHashMap<>();
        for (StreamRecord stream : streams) {
            for (ChannelDescriptor channel : stream.descriptor().channels()) {
                records.computeIfAbsent(List.of(stream.descriptor().name(), channel.metric()), k -> new ArrayList<>())
                        .add(stream);
            }
        }
        List<Owned> owned = new ArrayList<>();
        records.forEach((key, of) -> {
            of.sort(Comparator.comparing(r -> r.firstSeen() == null ? Long.MAX_VALUE : r.firstSeen()));
            owned.add(new Owned(key.get(0), key.get(1), of));
        });
        return owned;
    }

    private List<Owned> byId(String name) {
        return streams.stream()
                .filter(s -> name.startsWith(s.descriptor().id() + "/"))
                .map(s -> new Owned(
                        s.descriptor().name(),
                        name.substring(s.descriptor().id().length() + 1),
                        List.of(s)))
                .filter(o -> o.records().get(0).descriptor().column(o.metric()) >= 0)
                .toList();
    }

    private static ServiceException ambiguous(String name, String pointer, String why, List<Owned> found) {
        List<String> candidates =
                found.stream().flatMap(o -> o.candidates().stream()).toList();
        String detail = "'" + name + "' " + why + ": write " + String.join(" or ", candidates);
        return RpcError.INVALID_PARAMS.exception(
                detail,
                new JsonObject()
                        .put("code", "ambiguous_metric")
                        .put("candidates", new JsonArray(candidates))
                        .put("errors", errors(pointer, detail)));
    }

    private static ServiceException unknown(String pointer, String detail, String name, List<String> names) {
        String full = detail + Near.hint(name, names);
        return RpcError.INVALID_PARAMS.exception(
                full,
                new JsonObject()
                        .put("near_matches", new JsonArray(Near.matches(name, names)))
                        .put(
                                "known",
                                new JsonArray(new ArrayList<>(new TreeSet<>(names))
                                        .stream().limit(64).toList()))
                        .put("errors", errors(pointer, full)));
    }

    static JsonArray errors(String pointer, String detail) {
        return new JsonArray().add(new JsonObject().put("pointer", pointer).put("detail", detail));
    }

    /** Every metric by its plain name, and by its full one where the plain one is not enough. */
    private List<String> metrics() {
        return names(owned());
    }

    private static List<String> names(List<Owned> owned) {
        Map<String, Long> counts = owned.stream().collect(Collectors.groupingBy(Owned::metric, Collectors.counting()));
        return owned.stream()
                .map(o -> counts.getOrDefault(o.metric(), 0L) == 1 ? o.metric() : o.fullName())
                .toList();
    }

    /** Every numeric metric. */
    List<Variable> numeric() {
        List<Variable> variables = new ArrayList<>();
        List<Owned> owned = owned();
        List<String> names = names(owned);
        for (int i = 0; i < owned.size(); i++) {
            Owned one = owned.get(i);
            if (one.obstacle() == null) {
                if (one.records().stream().allMatch(Catalog::numeric)) {
                    variables.add(one.variable(names.get(i)));
                }
            } else {
                for (StreamRecord record : one.records()) {
                    if (numeric(record)) {
                        variables.add(new Variable(
                                record.descriptor().id() + "/" + one.metric(), record, one.metric(), List.of()));
                    }
                }
            }
        }
        return variables;
    }

    private static boolean numeric(StreamRecord stream) {
        return !stream.descriptor().format().equals("string");
    }

    /** Agents all of whose metrics have these names, for an answer to a question that names no agent. */
    static List<String> agentsWith(List<StreamRecord> all, List<String> names) {
        TreeSet<String> agents = new TreeSet<>();
        for (StreamRecord record : all) {
            String agent = record.descriptor().agentId();
            List<StreamRecord> own = all.stream()
                    .filter(s -> s.descriptor().agentId().equals(agent))
                    .toList();
            if (names.stream().allMatch(name -> own.stream().anyMatch(s -> holds(s.descriptor(), name)))) {
                agents.add(agent);
            }
        }
        return List.copyOf(agents);
    }

    private static boolean holds(StreamDescriptor stream, String name) {
        return stream.column(name) >= 0 || holds(stream, stream.name(), name) || holds(stream, stream.id(), name);
    }

    private static boolean holds(StreamDescriptor stream, String prefix, String name) {
        return name.startsWith(prefix + "/") && stream.column(name.substring(prefix.length() + 1)) >= 0;
    }
}
