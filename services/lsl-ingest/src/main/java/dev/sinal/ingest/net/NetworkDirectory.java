package dev.sinal.ingest.net;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.LslDirectory;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.VisibleStream;
import dev.sinal.ingest.domain.ChannelPlan;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslQueryException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What this node sees on the network, and who collects it. */
public final class NetworkDirectory implements LslDirectory {
    private static final double LONGEST_S = 10;
    /** Below this many streams their metadata is asked for too; a search for everything in a busy lab goes without. */
    private static final int WITH_CHANNELS = 32;

    private final Lsl lsl;
    private final String node;
    private final Function<Set<String>, Future<Map<String, List<String>>>> collectedBy;

    /** @param collectedBy agents that collect these outlets, here or on other nodes, by the outlet's uid */
    public NetworkDirectory(
            Lsl lsl, String node, Function<Set<String>, Future<Map<String, List<String>>>> collectedBy) {
        this.lsl = lsl;
        this.node = node;
        this.collectedBy = collectedBy;
    }

    @Override
    public Future<List<VisibleStream>> resolve(@Nullable String query, double timeoutS) {
        if (!(timeoutS >= 0 && timeoutS <= LONGEST_S)) {
            return Future.failedFuture(RpcError.invalid("/timeout_s", "must be 0 to 10, was " + timeoutS));
        }
        StreamQuery parsed;
        try {
            parsed = query == null ? StreamQuery.all() : StreamQuery.parse(query);
        } catch (LslQueryException e) {
            return RpcError.INVALID_PARAMS.fail(
                    String.valueOf(e.getMessage()),
                    new JsonObject()
                            .put("position", e.position())
                            .put(
                                    "errors",
                                    new JsonArray()
                                            .add(new JsonObject()
                                                    .put("pointer", "/query")
                                                    .put("detail", e.getMessage()))));
        }
        long ms = Math.max(1, Math.round(timeoutS * 1000));
        return lsl.resolve(parsed, 0, Duration.ofMillis(ms)).compose(this::describe);
    }

    private Future<List<VisibleStream>> describe(List<StreamInfo> found) {
        List<Future<StreamInfo>> full = new ArrayList<>();
        for (StreamInfo info : found) {
            full.add(
                    found.size() > WITH_CHANNELS
                            ? Future.succeededFuture(info)
                            : lsl.fullInfo(info).otherwise(info));
        }
        Set<String> uids = found.stream().map(StreamInfo::uid).collect(Collectors.toSet());
        return Future.all(full)
                .compose(all -> collectedBy.apply(uids))
                .map(collected -> full.stream()
                        .map(Future::result)
                        .map(info -> visible(info, collected.getOrDefault(info.uid(), List.of())))
                        .toList());
    }

    private VisibleStream visible(StreamInfo info, List<String> agents) {
        StreamSpec everything = new StreamSpec("", null, StreamSpec.ONE, true, null, List.of(), null, null);
        List<ChannelDescriptor> channels = ChannelPlan.of(info, everything).channels();
        return new VisibleStream(
                info.uid(),
                info.name(),
                info.type(),
                info.sourceId(),
                info.hostname(),
                info.sessionId(),
                info.format().wireName(),
                info.channelCount(),
                info.nominalRate(),
                channels,
                agents,
                node);
    }
}
