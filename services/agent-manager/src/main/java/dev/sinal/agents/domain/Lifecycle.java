package dev.sinal.agents.domain;

import static dev.sinal.contracts.AgentStatus.DEGRADED;
import static dev.sinal.contracts.AgentStatus.FAILED;
import static dev.sinal.contracts.AgentStatus.RUNNING;
import static dev.sinal.contracts.AgentStatus.STARTING;
import static dev.sinal.contracts.AgentStatus.STOPPED;
import static dev.sinal.contracts.AgentStatus.STOPPING;
import static dev.sinal.contracts.AgentStatus.WAITING;

import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.StreamStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How an agent changes: by commands of users, reports of collectors, and their silence. Every step gives a new value; the same value means no change. */
public final class Lifecycle {
    private static final String NO_COLLECTOR = Agent.NO_COLLECTOR;
    /** States a collector may report. */
    public static final Set<String> STATES = Set.of(STOPPED, STARTING, WAITING, RUNNING, DEGRADED, STOPPING, FAILED);

    private Lifecycle() {}

    /** A new agent that should run. @param generation larger than any the id ever had */
    public static Agent create(String id, AgentSpec spec, long generation, long now) {
        return new Agent(
                id,
                spec,
                true,
                generation,
                false,
                now,
                spec.external() ? RUNNING : STARTING,
                now,
                null,
                null,
                null,
                0,
                0,
                null,
                0,
                0,
                List.of(),
                List.of(),
                null,
                1);
    }

    /**
     * Makes it run.
     *
     * @param given null = as before
     * @throws Refusal when the kind would change: its history would be of two minds
     */
    public static Agent start(Agent agent, @Nullable AgentSpec given, long now) {
        AgentSpec spec = given == null ? agent.spec() : given;
        if (!agent.removed() && !spec.kind().equals(agent.spec().kind())) {
            throw Refusal.conflict("agent '" + agent.id() + "' is of kind "
                    + agent.spec().kind() + "; remove it before it is started as " + spec.kind());
        }
        boolean same = agent.wanted() && !agent.removed() && spec.equals(agent.spec());
        if (same && !agent.state().equals(FAILED)) {
            return agent;
        }
        String state = spec.external() ? RUNNING : STARTING;
        return agent.copy()
                .command(true, spec, now)
                .removed(false)
                .state(state, state.equals(agent.state()) ? agent.since() : now, null)
                .told(0, 0, agent.pending())
                .waitingFor(List.of())
                .streams(List.of())
                .build();
    }

    /** Wants it stopped. What nobody has ever collected is stopped at once; else its collector must say that all is committed. */
    public static Agent stop(Agent agent, long now) {
        if (!agent.wanted()) {
            return agent;
        }
        boolean neverCollected = agent.node() == null && agent.reportedGeneration() == 0 && agent.pending() == 0;
        boolean nothingToDrain = agent.spec().external() || neverCollected;
        String state = nothingToDrain ? STOPPED : STOPPING;
        return agent.copy()
                .command(false, agent.spec(), now)
                .state(state, now, null)
                .waitingFor(List.of())
                .build();
    }

    /** Removes the definition; {@link #gone} says when the row may go too. */
    public static Agent remove(Agent agent, long now) {
        Agent stopped = stop(agent, now);
        return stopped.removed()
                ? stopped
                : stopped.copy().removed(true).preferred(null).build();
    }

    /** Has it collected by a certain node. Not a new generation: what runs goes on until the other node has taken over. */
    public static Agent move(Agent agent, String node) {
        if (agent.spec().external()) {
            throw Refusal.conflict("agent '" + agent.id() + "' is external: no node collects it");
        }
        if (!agent.wanted()) {
            throw Refusal.conflict("agent '" + agent.id() + "' is not running; start it before it is moved");
        }
        return agent.copy().preferred(node).build();
    }

    /** Whether nothing of a removed agent is left to wait for. */
    public static boolean gone(Agent agent, long now, long silenceNs) {
        return agent.removed() && (agent.stopped() || silent(agent, now, silenceNs));
    }

    /** Takes in what a collector says of it. */
    public static Agent report(Agent agent, String nodeId, String node, AgentReport report, long now, long silenceNs) {
        if (agent.spec().external() || !believable(agent, nodeId, report, now, silenceNs)) {
            return agent;
        }
        boolean ended = report.state().equals(STOPPED) || report.state().equals(FAILED);
        if (!agent.wanted() && agent.stopped() && ended) {
            return agent;
        }
        Agent heard = agent.copy()
                .heard(nodeId, node, Math.max(report.fence(), agent.fence()), now)
                .build();
        if (!agent.wanted()) {
            return draining(heard, report, now);
        }
        return report.generation() < agent.generation() ? outdated(heard, now) : running(heard, report, now);
    }

    /** A collector that has said nothing for too long cannot be counted on. */
    public static Agent silence(Agent agent, long now, long silenceNs) {
        if (!agent.concernsCollectors() || !silent(agent, now, silenceNs) || NO_COLLECTOR.equals(agent.reason())) {
            return agent;
        }
        String state = switch (agent.state()) {
            case RUNNING, DEGRADED -> DEGRADED;
            case STARTING, WAITING -> WAITING;
            default -> agent.state(); // a failure or a stop stays one
        };
        if (state.equals(FAILED)) {
            return agent;
        }
        return agent.entered(state, NO_COLLECTOR, now)
                .copy()
                .nobodyCollects()
                .waitingFor(agent.wanted() ? Agent.unanswered(agent.spec()) : List.of())
                .streams(agent.streams().stream()
                        .map(stream -> unattended(stream, "stalled"))
                        .toList())
                .build();
    }

    private static boolean silent(Agent agent, long now, long silenceNs) {
        return now - agent.heardAt() > silenceNs;
    }

    /** The lease decides who speaks; within one lease its holder does, unless it has gone silent. */
    private static boolean believable(Agent agent, String nodeId, AgentReport report, long now, long silenceNs) {
        if (report.generation() > agent.generation() || report.fence() < agent.fence()) {
            return false;
        }
        return report.fence() > agent.fence()
                || agent.nodeId() == null
                || nodeId.equals(agent.nodeId())
                || silent(agent, now, silenceNs);
    }

    private static Agent draining(Agent agent, AgentReport report, long now) {
        boolean ended = report.state().equals(STOPPED) || report.state().equals(FAILED);
        Agent.Copy told = agent.copy()
                .told(report.generation(), agent.restarts(), report.pending())
                .streams(report.streams().isEmpty() ? agent.streams() : report.streams())
                .waitingFor(List.of());
        if (ended && report.pending() == 0 && report.generation() == agent.generation()) {
            Agent stopped = told.build().entered(STOPPED, null, now);
            return stopped.copy()
                    .nobodyCollects()
                    .streams(stopped.streams().stream()
                            .map(stream -> unattended(stream, "stopped"))
                            .toList())
                    .build();
        }
        return told.build().entered(STOPPING, null, now);
    }

    /** Its collector lives, but has not seen the last command yet. */
    private static Agent outdated(Agent agent, long now) {
        return NO_COLLECTOR.equals(agent.reason()) ? agent.entered(STARTING, null, now) : agent;
    }

    private static Agent running(Agent agent, AgentReport report, long now) {
        Agent told = agent.copy()
                .told(report.generation(), report.restarts(), report.pending())
                .waitingFor(report.waitingFor())
                .streams(report.streams())
                .build();
        if (report.state().equals(STOPPED) || report.state().equals(STOPPING)) {
            // The node lets go although the agent should run: it is shutting down, and another has to take over.
            return told.entered(WAITING, NO_COLLECTOR, now)
                    .copy()
                    .nobodyCollects()
                    .waitingFor(Agent.unanswered(agent.spec()))
                    .build();
        }
        return told.entered(report.state(), report.reason(), now);
    }

    private static StreamStatus unattended(StreamStatus stream, String state) {
        return new StreamStatus(
                stream.id(),
                stream.name(),
                state,
                0,
                stream.nominalRate(),
                stream.lagS(),
                stream.lastSample(),
                stream.gaps(),
                stream.clock(),
                stream.accepted(),
                stream.committed());
    }
}
