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
import java.util.List;
import java.util.TreeSet;

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

    /** A name and what it stands for. @param name as asked for */
    record Variable(String name, StreamRecord stream, String metric) {
        String streamId() {
            return stream.descriptor().id();
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
        List<Variable> found = new ArrayList<>();
        for (StreamRecord stream : streams) {
            StreamDescriptor descriptor = stream.descriptor();
            if (descriptor.column(name) >= 0) {
                found.add(new Variable(name, stream, name));
            } else if (name.startsWith(descriptor.name() + "/")
                    && descriptor.column(name.substring(descriptor.name().length() + 1)) >= 0) {
                found.add(new Variable(
                        name, stream, name.substring(descriptor.name().length() + 1)));
            }
        }
        if (found.isEmpty()) {
            throw unknown(pointer, "agent " + agentId + " has no metric '" + name + "'", name, metrics());
        }
        if (found.size() > 1) {
            throw ambiguous(name, pointer, found);
        }
        Variable variable = found.get(0);
        if (!numeric(variable.stream())) {
            throw RpcError.impossible(Refusal.NON_NUMERIC_METRIC, "'" + name + "' holds texts, not numbers");
        }
        return variable;
    }

    private static ServiceException ambiguous(String name, String pointer, List<Variable> found) {
        List<String> candidates = found.stream()
                .map(v -> v.stream().descriptor().name() + "/" + v.metric())
                .toList();
        String detail = "'" + name + "' is in several streams: write " + String.join(" or ", candidates);
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
        List<String> plain = streams.stream()
                .flatMap(s -> s.descriptor().channels().stream().map(ChannelDescriptor::metric))
                .toList();
        List<String> names = new ArrayList<>();
        for (StreamRecord stream : streams) {
            for (ChannelDescriptor channel : stream.descriptor().channels()) {
                boolean alone = plain.stream().filter(channel.metric()::equals).count() == 1;
                names.add(alone ? channel.metric() : stream.descriptor().name() + "/" + channel.metric());
            }
        }
        return names;
    }

    /** Every numeric metric. */
    List<Variable> numeric() {
        List<Variable> variables = new ArrayList<>();
        List<String> names = metrics();
        int at = 0;
        for (StreamRecord stream : streams) {
            for (ChannelDescriptor channel : stream.descriptor().channels()) {
                String name = names.get(at++);
                if (numeric(stream)) {
                    variables.add(new Variable(name, stream, channel.metric()));
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
        return stream.column(name) >= 0
                || (name.startsWith(stream.name() + "/")
                        && stream.column(name.substring(stream.name().length() + 1)) >= 0);
    }
}
