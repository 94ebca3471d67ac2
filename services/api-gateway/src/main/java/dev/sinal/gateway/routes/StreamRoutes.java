package dev.sinal.gateway.routes;

import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.VisibleStream;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.Times;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.http.TimeRange;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Streams: stored ones and those visible on the network, their epochs, clocks, ledgers and gaps. */
public final class StreamRoutes {
    private static final int GAP_LIMIT = 10_000;

    private final Services services;
    private final NetworkLook network;

    public StreamRoutes(Services services) {
        this.services = services;
        this.network = new NetworkLook(() -> services.directory().resolve(null, LOOK_S), System::nanoTime);
    }

    public void mount(Routes routes) {
        Access access = Access.scope(Scopes.STREAM_READ);
        routes.get(
                "/streams", access, call -> list(call.principal(), call.query()).map(Answer::json));
        routes.get("/streams/:id/epochs", access, call -> about(call, this::epochs));
        routes.get("/streams/:id/info", access, call -> about(call, this::info));
        routes.get("/streams/:id/clock", access, call -> about(call, this::clock));
        routes.get("/streams/:id/ledger", access, call -> about(call, this::ledger));
        routes.get("/gaps", access, this::gaps);
    }

    /** Also JSON-RPC {@code list_streams}. */
    public Future<JsonObject> list(Principal principal, Fields in) {
        String agentId = AgentIds.optional(in);
        Boolean visible = in.flagOrNull("visible");
        Times times = Times.of(in);
        in.refuseUnknown();
        if (agentId != null) {
            principal.requireAgent(agentId);
        }
        Future<List<StreamRecord>> stored = services.breaker()
                .read(() -> services.store().streams(agentId))
                .compose(found -> services.knownUnlessFound(agentId, found));
        Future<Directory> directory =
                network.get().map(found -> new Directory(found, true)).otherwise(new Directory(List.of(), false));
        return Future.all(stored, directory).map(both -> {
            JsonArray streams = new JsonArray();
            List<VisibleStream> seen = directory.result().streams();
            for (StreamRecord record : stored.result()) {
                boolean isVisible = seen.stream().anyMatch(v -> same(v, record.descriptor()));
                if (principal.sees(record.descriptor().agentId()) && (visible == null || visible == isVisible)) {
                    streams.add(storedJson(record, isVisible, times));
                }
            }
            boolean others = agentId == null && !principal.restricted() && !Boolean.FALSE.equals(visible);
            seen.stream()
                    .filter(v -> others && stored.result().stream().noneMatch(r -> same(v, r.descriptor())))
                    .forEach(v -> streams.add(visibleJson(v)));
            JsonObject body = new JsonObject().put("streams", streams);
            return directory.result().answered() ? body : body.put("directory", "unavailable");
        });
    }

    /** Outlets on this machine answer within milliseconds, those of a lab's network within some ten. */
    private static final double LOOK_S = 0.3;

    private record Directory(List<VisibleStream> streams, boolean answered) {}

    /** JSON-RPC {@code resolve_streams}: what is on the network now. */
    public Future<JsonObject> resolve(Principal principal, Fields in) {
        String query = in.textOrNull("query");
        double timeout = in.number("timeout_s", 1, 0, 10);
        in.refuseUnknown();
        if (principal.restricted()) {
            return RpcError.FORBIDDEN.fail("a token restricted to agents does not see the network");
        }
        return services.directory()
                .resolve(query, timeout)
                .map(found -> new JsonObject().put("streams", PublicJson.array(found, StreamRoutes::visibleJson)));
    }

    private static boolean same(VisibleStream visible, StreamDescriptor stored) {
        return visible.name().equals(stored.lslName())
                && visible.type().equals(stored.type())
                && visible.sourceId().equals(stored.sourceId())
                && visible.format().equals(stored.format())
                && (!visible.sourceId().isEmpty() || visible.hostname().equals(stored.hostname()));
    }

    private static JsonObject storedJson(StreamRecord record, boolean visible, Times times) {
        StreamDescriptor stream = record.descriptor();
        JsonObject json = new JsonObject()
                .put("id", stream.id())
                .put("uid", stream.uid())
                .put("agent_id", stream.agentId())
                .put("name", stream.name())
                .put("lsl_name", stream.lslName())
                .put("type", stream.type())
                .put("source_id", stream.sourceId())
                .put("hostname", stream.hostname())
                .put("session_id", stream.sessionId())
                .put("format", stream.format())
                .put("nominal_rate", stream.nominalRate())
                .put("effective_rate", record.effectiveRate())
                .put("role", stream.role())
                .put("channels", PublicJson.array(stream.channels(), PublicJson::channel));
        return json.put("visible", visible)
                .put("collected_by", new JsonArray().add(stream.agentId()))
                .put("first_seen", times.json(record.firstSeen()))
                .put("last_seen", times.json(record.lastSeen()))
                .put("epochs", record.epochs())
                .put("samples", record.samples());
    }

    private static JsonObject visibleJson(VisibleStream stream) {
        return new JsonObject()
                .put("id", null)
                .put("uid", stream.uid())
                .put("name", stream.name())
                .put("type", stream.type())
                .put("source_id", stream.sourceId())
                .put("hostname", stream.hostname())
                .put("session_id", stream.sessionId())
                .put("format", stream.format())
                .put("channel_count", stream.channelCount())
                .put("nominal_rate", stream.nominalRate())
                .put("effective_rate", null)
                .put("channels", PublicJson.array(stream.channels(), PublicJson::channel))
                .put("visible", true)
                .put("collected_by", new JsonArray(stream.collectedBy()))
                .put("first_seen", null)
                .put("last_seen", null)
                .put("epochs", 0);
    }

    /** Finds the stream first, because the token may be restricted to the agents of others. */
    private Future<Answer> about(Call call, BiFunction<StreamRecord, Fields, Future<Answer>> answer) {
        String id = call.path("id");
        return services.breaker().read(() -> services.store().stream(id)).compose(record -> {
            call.principal().requireAgent(record.descriptor().agentId());
            return answer.apply(record, call.query());
        });
    }

    private Future<Answer> epochs(StreamRecord record, Fields in) {
        Times times = Times.of(in);
        in.refuseUnknown();
        String id = record.descriptor().id();
        return services.breaker()
                .read(() -> services.store().epochs(id))
                .map(epochs -> Answer.json(new JsonObject()
                        .put("epochs", PublicJson.array(epochs, epoch -> PublicJson.epoch(epoch, times)))));
    }

    private Future<Answer> info(StreamRecord record, Fields in) {
        Long epoch = in.longOrNull("epoch", 0, Long.MAX_VALUE);
        in.refuseUnknown();
        String id = record.descriptor().id();
        return services.breaker()
                .read(() -> services.store().info(id, epoch))
                .map(xml -> Answer.of("application/xml; charset=utf-8", Buffer.buffer(Objects.requireNonNull(xml))));
    }

    private Future<Answer> clock(StreamRecord record, Fields in) {
        Long epoch = in.longOrNull("epoch", 0, Long.MAX_VALUE);
        Times times = Times.of(in);
        in.refuseUnknown();
        String id = record.descriptor().id();
        return services.breaker()
                .read(() -> services.store().clock(id, epoch))
                .map(probes -> Answer.of(
                        Answer.JSON,
                        PublicJson.array(probes, probe -> PublicJson.clock(probe, times))
                                .toBuffer()));
    }

    private Future<Answer> ledger(StreamRecord record, Fields in) {
        in.refuseUnknown();
        String id = record.descriptor().id();
        return services.breaker()
                .read(() -> services.store().ledger(id))
                .map(ledger -> Answer.json(PublicJson.ledger(ledger)));
    }

    private Future<Answer> gaps(Call call) {
        Fields in = call.query();
        @Nullable String agentId = AgentIds.optional(in);
        TimeRange range = in.range();
        Times times = Times.of(in);
        int limit = in.integer("limit", GAP_LIMIT, 1, GAP_LIMIT);
        in.refuseUnknown();
        call.principal().requireAgent(agentId);
        GapQuery query = new GapQuery(agentId, List.of(), range.fromOrMin(), range.toOrMax(), limit);
        return services.breaker()
                .read(() -> services.store().gaps(query))
                .compose(found -> services.knownUnlessFound(agentId, found))
                .map(gaps -> Answer.json(new JsonObject()
                        .put("gaps", PublicJson.array(gaps, gap -> PublicJson.gap(gap, times)))));
    }
}
