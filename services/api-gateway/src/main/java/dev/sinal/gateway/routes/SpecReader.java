package dev.sinal.gateway.routes;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.ChannelSpec;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.gateway.http.Fields;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent's spec from outside: every field is known and typed; what the fields mean is checked by agent-manager. */
final class SpecReader {
    private static final int MAX_CHANNELS = 4_096;

    private SpecReader() {}

    static AgentSpec read(JsonObject json, String at) {
        return nested(at, json, in -> {
            String kind = in.choice("kind", AgentSpec.LSL, AgentSpec.EXTERNAL);
            if (!in.has("kind")) {
                throw in.invalid("kind", "is missing: lsl or external");
            }
            JsonArray streams = array(json, in, "streams", AgentSpec.MAX_STREAMS);
            List<StreamSpec> read = new ArrayList<>();
            for (int i = 0; i < streams.size(); i++) {
                read.add(stream(object(streams, i, at + "/streams"), at + "/streams/" + i));
            }
            return new AgentSpec(kind, read, in.flagOrNull("exclusive"));
        });
    }

    private static StreamSpec stream(JsonObject json, String at) {
        return nested(at, json, in -> {
            JsonArray channels = array(json, in, "channels", MAX_CHANNELS);
            List<ChannelSpec> read = new ArrayList<>();
            for (int i = 0; i < channels.size(); i++) {
                read.add(channel(channels, i, at + "/channels"));
            }
            JsonArray pipeline = array(json, in, "pipeline", MAX_CHANNELS);
            return new StreamSpec(
                    in.text("query"),
                    in.textOrNull("name"),
                    in.choice("match", StreamSpec.ONE, StreamSpec.ALL),
                    in.flag("required", true),
                    in.textOrNull("role"),
                    read,
                    pipeline.isEmpty() ? null : pipeline,
                    counter(in.objectOrNull("counter_channel"), at + "/counter_channel"));
        });
    }

    /** A label alone, or an object. */
    private static ChannelSpec channel(JsonArray channels, int i, String at) {
        if (channels.getValue(i) instanceof String label) {
            return new ChannelSpec(label, null, null, null, null, null);
        }
        return nested(
                at + "/" + i,
                object(channels, i, at),
                in -> new ChannelSpec(
                        in.text("label"),
                        in.textOrNull("as"),
                        in.textOrNull("unit"),
                        in.numberOrNull("scale", -Double.MAX_VALUE, Double.MAX_VALUE),
                        in.numberOrNull("offset", -Double.MAX_VALUE, Double.MAX_VALUE),
                        in.numberOrNull("step", 0, Double.MAX_VALUE)));
    }

    private static StreamSpec.@Nullable CounterChannel counter(@Nullable JsonObject json, String at) {
        if (json == null) {
            return null;
        }
        return nested(at, json, in -> {
            Long modulo = in.longOrNull("modulo", 2, Long.MAX_VALUE);
            if (modulo == null) {
                throw in.invalid("modulo", "is missing");
            }
            return new StreamSpec.CounterChannel(in.text("label"), modulo);
        });
    }

    private interface Reading<T> {
        T from(Fields in);
    }

    private static <T> T nested(String at, JsonObject json, Reading<T> reading) {
        Fields in = Fields.json(json, at);
        T value = reading.from(in);
        in.refuseUnknown();
        return value;
    }

    private static JsonArray array(JsonObject json, Fields in, String name, int most) {
        if (!in.has(name)) {
            return new JsonArray();
        }
        if (!(json.getValue(name) instanceof JsonArray array)) {
            throw in.invalid(name, "must be an array");
        }
        if (array.size() > most) {
            throw in.invalid(name, "has " + array.size() + " entries, at most " + most + " are taken");
        }
        return array;
    }

    private static JsonObject object(JsonArray array, int i, String at) {
        if (array.getValue(i) instanceof JsonObject object) {
            return object;
        }
        throw RpcError.invalid(at + "/" + i, "must be an object");
    }
}
