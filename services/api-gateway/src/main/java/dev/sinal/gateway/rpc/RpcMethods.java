package dev.sinal.gateway.rpc;

import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.routes.AgentRoutes;
import dev.sinal.gateway.routes.AnalysisRoutes;
import dev.sinal.gateway.routes.DeletionRoutes;
import dev.sinal.gateway.routes.NodeRoutes;
import dev.sinal.gateway.routes.PinRoutes;
import dev.sinal.gateway.routes.StreamRoutes;
import dev.sinal.gateway.rpc.RpcMethod.Param;
import dev.sinal.gateway.telemetry.HistoryRoutes;
import dev.sinal.gateway.telemetry.RecentRows;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Everything that can be called over JSON-RPC, and nothing else: the bus behind is not reachable. */
public final class RpcMethods {
    private static final Param AGENT = new Param("agent_id", "string", true, "id of the agent");
    private static final Param NODE = new Param("node", "string", true, "name of a collecting node");
    private static final Param STREAM = new Param("stream", "string", false, "name or id of a stream, or an array");
    private static final Param METRICS =
            new Param("metrics", "array", false, "metric names, or stream/metric where a name fits several streams");
    private static final Param START = new Param("start_date", "string", false, "RFC 3339, inclusive");
    private static final Param END = new Param("end_date", "string", false, "RFC 3339, exclusive");
    private static final Param WAIT = new Param("wait_s", "number", false, "longest wait, seconds, 0 to 60");

    private final Map<String, RpcMethod> methods = new LinkedHashMap<>();

    public RpcMethods(
            AgentRoutes agents,
            NodeRoutes nodes,
            StreamRoutes streams,
            HistoryRoutes history,
            RecentRows recent,
            AnalysisRoutes analyses,
            DeletionRoutes deletions,
            PinRoutes pins) {
        add(
                "start_agent",
                Scopes.AGENT_CONTROL,
                "Starts an agent and waits until it delivers",
                List.of(
                        AGENT,
                        new Param("spec", "object", false, "what to collect; needed for a new agent"),
                        WAIT,
                        new Param("require", "string", false, "'running' to fail when that is not reached")),
                agents::start);
        add(
                "stop_agent",
                Scopes.AGENT_CONTROL,
                "Stops an agent and waits until everything accepted is committed",
                List.of(AGENT, WAIT),
                agents::stop);
        add("agent_status", Scopes.AGENT_READ, "State of one agent", List.of(AGENT), agents::status);
        add("list_agents", Scopes.AGENT_READ, "State of every agent", List.of(), agents::list);
        add("list_nodes", Scopes.AGENT_READ, "Collecting nodes and the agents at each", List.of(), nodes::list);
        add(
                "move_agent",
                Scopes.AGENT_CONTROL,
                "Has an agent collected at a certain node, without a gap",
                List.of(AGENT, NODE, WAIT),
                nodes::move);
        add(
                "drain_node",
                Scopes.AGENT_CONTROL,
                "Has a node hand over its agents and take none, or take agents again",
                List.of(
                        NODE,
                        new Param("drain", "boolean", false, "true (default), or false to take agents again"),
                        WAIT),
                nodes::drain);
        add(
                "resolve_streams",
                Scopes.STREAM_READ,
                "LSL streams on the network now",
                List.of(
                        new Param("query", "string", false, "predicate, e.g. type='EEG'"),
                        new Param("timeout_s", "number", false, "longest wait for a first match, 0 to 10")),
                streams::resolve);
        add(
                "telemetry_history",
                Scopes.STREAM_READ,
                "A page of stored rows",
                List.of(
                        AGENT,
                        STREAM,
                        METRICS,
                        START,
                        END,
                        new Param("page", "integer", false, "from 0"),
                        new Param("page_size", "integer", false, "1 to 10000"),
                        new Param("cursor", "string", false, "next_cursor of the page before"),
                        new Param("order", "string", false, "time or committed")),
                history::page);
        add(
                "telemetry_recent",
                Scopes.STREAM_READ,
                "The last rows of each stream",
                List.of(AGENT, STREAM, METRICS, new Param("n", "integer", false, "rows per stream, 1 to 10000")),
                recent::read);
        addRaw(
                "run_analysis",
                Scopes.ANALYTICS_RUN,
                "Runs an analysis template",
                List.of(
                        new Param("template", "object", true, "the template; or give its fields as the params"),
                        new Param("agent_id", "string", false, "when filters.agent_id is not in the template")),
                (principal, params) -> analysis(analyses, principal, params));
        add(
                "recommend_models",
                Scopes.ANALYTICS_RUN,
                "Models for the metrics of an agent, back-tested",
                List.of(
                        AGENT,
                        new Param("metric", "string", false, "one metric; otherwise every suitable one"),
                        START,
                        END,
                        new Param("horizon", "integer", false, "steps to forecast"),
                        new Param("step_s", "number", false, "seconds of one step")),
                analyses::recommend);
        add(
                "delete_data",
                Scopes.DATA_DELETE,
                "Deletes stored samples of an agent for good",
                List.of(
                        AGENT,
                        new Param("stream", "string", false, "name or id of a stream; otherwise all, and the markers"),
                        START,
                        END,
                        new Param(
                                "all", "boolean", false, "true when neither date is given: everything that is stored"),
                        new Param("dry_run", "boolean", false, "true only to tell what would be deleted"),
                        new Param("force", "boolean", false, "true to delete also what is pinned")),
                deletions::delete);
        add(
                "list_deletions",
                Scopes.AUDIT_READ,
                "What was deleted, when and by whom, newest first",
                List.of(
                        new Param("agent_id", "string", false, "only of this agent"),
                        new Param("limit", "integer", false, "1 to 1000")),
                deletions::list);
        add(
                "pin_data",
                Scopes.DATA_DELETE,
                "Keeps stored samples of an agent from retention and deletions",
                List.of(
                        AGENT,
                        new Param("reason", "string", true, "why, for people; at most 500 characters"),
                        new Param("id", "string", false, "of your choice, so that repeating pins once"),
                        new Param("stream", "string", false, "name or id of a stream; otherwise all"),
                        START,
                        END,
                        new Param("all", "boolean", false, "true when neither date is given: everything, for ever")),
                pins::pin);
        add(
                "unpin_data",
                Scopes.DATA_DELETE,
                "Removes a pin",
                List.of(new Param("id", "string", true, "id of the pin")),
                pins::unpin);
        add(
                "list_pins",
                Scopes.AUDIT_READ,
                "What is kept, why and by whom, newest first",
                List.of(
                        new Param("agent_id", "string", false, "only of this agent"),
                        new Param("limit", "integer", false, "1 to 1000")),
                pins::list);
    }

    private static Future<JsonObject> analysis(AnalysisRoutes analyses, Principal principal, JsonObject params) {
        if (!(params.getValue("template") instanceof JsonObject template)) {
            return analyses.run(principal, params, null);
        }
        Fields in = Fields.json(params);
        in.has("template");
        String agentId = in.textOrNull("agent_id");
        in.refuseUnknown();
        return analyses.run(principal, template, agentId);
    }

    private void add(
            String name,
            String scope,
            String summary,
            List<Param> params,
            BiFunction<Principal, Fields, Future<JsonObject>> body) {
        addRaw(name, scope, summary, params, (principal, given) -> body.apply(principal, Fields.json(given)));
    }

    private void addRaw(String name, String scope, String summary, List<Param> params, RpcMethod.Body body) {
        methods.put(name, new RpcMethod(name, scope, summary, params, body));
    }

    Map<String, RpcMethod> byName() {
        return methods;
    }

    List<RpcMethod> all() {
        return new ArrayList<>(methods.values());
    }
}
