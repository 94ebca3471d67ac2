package dev.sinal.contracts;

import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.ProxyGen;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import java.util.List;

/**
 * Collector agents: definitions and desired state. JSON-RPC methods: {@code start_agent}, {@code stop_agent},
 * {@code agent_status}, {@code list_agents}, {@code list_nodes}, {@code move_agent}, {@code drain_node}.
 *
 * <p>Failures are {@link RpcError}s: NOT_FOUND for an unknown agent, INVALID_PARAMS for a bad id or spec (naming the field),
 * CONFLICT, UNAVAILABLE without the database.
 */
@ProxyGen
@VertxGen
public interface AgentManager {
    /** Sets the desired state to running, and answers as soon as every required stream delivers or the wait is over. Idempotent. */
    Future<StartReport> start(StartRequest request);

    /** Sets the desired state to stopped, and answers as soon as everything accepted is committed or the wait is over. Idempotent. */
    Future<StopReport> stop(StopRequest request);

    Future<AgentStatus> status(String agentId);

    /** All agents, by id. */
    Future<List<AgentStatus>> list();

    /** Spec as given at the last start; fails with NOT_FOUND. */
    Future<AgentSpec> spec(String agentId);

    /** Removes the definition; samples stay. A running agent is stopped first. */
    Future<Void> remove(String agentId, @Nullable String author);

    /**
     * Asks whether an external agent may push now.
     *
     * @param mayCreate an unknown agent is created and started
     * @return fails with NOT_FOUND, or CONFLICT for a stopped or an lsl agent
     */
    Future<Admission> admit(String agentId, boolean mayCreate);

    /** For collectors: every lsl agent that should run, and those being stopped that a node still reports. */
    Future<List<DesiredAgent>> desired(String nodeId);

    /** From collectors. */
    Future<Void> report(NodeReport report);

    /** Collecting nodes, by name; those long gone are forgotten. */
    Future<List<NodeStatus>> nodes();

    /**
     * Has an agent collected by a certain node, now and whenever that node is there: without a gap, unless the agent is exclusive.
     *
     * @return the agent when that node collects it, or as it is when the wait is over; fails with NOT_FOUND for an unknown agent or node, with
     *     CONFLICT when the agent is not running or external, or the node is gone or draining
     */
    Future<AgentStatus> move(MoveRequest request);

    /**
     * Has a node hand over all its agents, one after another, and take none; or lets it take agents again.
     *
     * @return the node when it is drained, or as it is when the wait is over; fails with NOT_FOUND for an unknown node, with CONFLICT when it is
     *     gone or nobody else could take its agents
     */
    Future<NodeStatus> drain(DrainRequest request);
}
