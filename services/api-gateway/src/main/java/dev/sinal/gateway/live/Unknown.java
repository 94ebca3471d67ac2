package dev.sinal.gateway.live;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.gateway.telemetry.NearMatches;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Names of a selection that no stream has now. They may appear later, so they are told, not refused. */
final class Unknown {
    private Unknown() {}

    /** {@code [{"name", "kind": "stream"|"metric", "near_matches"}]} */
    static JsonArray of(Selection selection, List<StreamDescriptor> known) {
        JsonArray unknown = new JsonArray();
        List<String> streams =
                known.stream().map(StreamDescriptor::name).distinct().toList();
        List<String> metrics = known.stream()
                .flatMap(stream -> stream.channels().stream().map(ChannelDescriptor::metric))
                .distinct()
                .toList();
        for (String name : selection.streams()) {
            if (known.stream()
                    .noneMatch(
                            stream -> stream.id().equals(name) || stream.name().equals(name))) {
                unknown.add(entry(name, "stream", NearMatches.of(name, streams)));
            }
        }
        for (String name : selection.metrics()) {
            if (known.stream().noneMatch(stream -> Selection.named(stream, name))) {
                String bare = name.substring(name.lastIndexOf('/') + 1);
                unknown.add(entry(name, "metric", NearMatches.of(bare, metrics)));
            }
        }
        return unknown;
    }

    private static JsonObject entry(String name, String kind, List<String> near) {
        return new JsonObject().put("name", name).put("kind", kind).put("near_matches", new JsonArray(near));
    }
}
