package dev.sinal.agents.domain;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.WaitingFor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One agent: what is wanted, and what its collector last said. Times are UTC ns on the database clock.
 *
 * @param wanted desired state: true = running
 * @param generation grows with every change of spec or desired state
 * @param removed gone for users; kept until its collector has let go
 * @param commandedAt when the generation last changed
 * @param since when the state was entered
 * @param nodeId bus identity of the last reporting node
 * @param node its name, null while nobody collects
 * @param fence of the lease behind the last report
 * @param reportedGeneration generation of the last report that was about this life of the agent; 0 = none since the last command
 * @param reportedAt null before the first report of all
 * @param pending accepted chunks that are not committed, as last reported
 * @param preferred name of the node that shall collect it while that node is there; null = any
 * @param version of the row, for compare-and-set
 */
public record Agent(
        String id,
        AgentSpec spec,
        boolean wanted,
        long generation,
        boolean removed,
        long commandedAt,
        String state,
        long since,
        @Nullable String reason,
        @Nullable String nodeId,
        @Nullable String node,
        long fence,
        long reportedGeneration,
        @Nullable Long reportedAt,
        int restarts,
        long pending,
        List<WaitingFor> waitingFor,
        List<StreamStatus> streams,
        @Nullable String preferred,
        long version) {
    public static final String NO_COLLECTOR = "no_collector";

    public Agent {
        waitingFor = List.copyOf(waitingFor);
        streams = List.copyOf(streams);
    }

    /** Whether every required stream delivers, under the present generation. */
    public boolean ready() {
        return wanted && !removed && state.equals(AgentStatus.RUNNING);
    }

    public boolean stopped() {
        return state.equals(AgentStatus.STOPPED);
    }

    /** Whether a collector has to do something about it. */
    public boolean concernsCollectors() {
        return !spec.external() && (wanted || state.equals(AgentStatus.STOPPING));
    }

    /** Last sign of life, or the last command when that is younger, UTC ns. */
    long heardAt() {
        return reportedAt == null ? commandedAt : Math.max(reportedAt, commandedAt);
    }

    /** What keeps it from being ready: as the collector says, or that no collector has answered yet. */
    public List<WaitingFor> missing() {
        if (!wanted || spec.external() || reportedGeneration == generation) {
            return waitingFor;
        }
        return unanswered(spec);
    }

    static List<WaitingFor> unanswered(AgentSpec spec) {
        return spec.streams().stream()
                .filter(StreamSpec::required)
                .map(stream -> new WaitingFor(stream.query(), NO_COLLECTOR, List.of()))
                .toList();
    }

    /** Last committed position by stream name. */
    public Map<String, Position> committed() {
        Map<String, Position> positions = new LinkedHashMap<>();
        for (StreamStatus stream : streams) {
            Position position = stream.committed();
            if (position != null) {
                positions.put(stream.name(), position);
            }
        }
        return positions;
    }

    public AgentStatus status() {
        return new AgentStatus(id, spec.kind(), state, since, reason, node, generation, restarts, missing(), streams);
    }

    /** Whether people should hear of the step from {@code before}. */
    public boolean newsSince(@Nullable Agent before) {
        return before == null
                || !state.equals(before.state)
                || !java.util.Objects.equals(reason, before.reason)
                || !java.util.Objects.equals(node, before.node);
    }

    Agent entered(String newState, @Nullable String newReason, long now) {
        return copy().state(newState, newState.equals(state) ? since : now, newReason)
                .build();
    }

    Copy copy() {
        return new Copy(this);
    }

    /** Changes of a few fields at once. */
    static final class Copy {
        private final Agent from;
        private AgentSpec spec;
        private boolean wanted;
        private long generation;
        private boolean removed;
        private long commandedAt;
        private String state;
        private long since;
        private @Nullable String reason;
        private @Nullable String nodeId;
        private @Nullable String node;
        private long fence;
        private long reportedGeneration;
        private @Nullable Long reportedAt;
        private int restarts;
        private long pending;
        private List<WaitingFor> waitingFor;
        private List<StreamStatus> streams;
        private @Nullable String preferred;

        private Copy(Agent from) {
            this.from = from;
            spec = from.spec;
            wanted = from.wanted;
            generation = from.generation;
            removed = from.removed;
            commandedAt = from.commandedAt;
            state = from.state;
            since = from.since;
            reason = from.reason;
            nodeId = from.nodeId;
            node = from.node;
            fence = from.fence;
            reportedGeneration = from.reportedGeneration;
            reportedAt = from.reportedAt;
            restarts = from.restarts;
            pending = from.pending;
            waitingFor = from.waitingFor;
            streams = from.streams;
            preferred = from.preferred;
        }

        /** A new generation: what was reported before says nothing about it. */
        Copy command(boolean nowWanted, AgentSpec newSpec, long now) {
            wanted = nowWanted;
            spec = newSpec;
            generation = from.generation + 1;
            commandedAt = now;
            return this;
        }

        Copy removed(boolean isRemoved) {
            removed = isRemoved;
            return this;
        }

        Copy state(String newState, long newSince, @Nullable String newReason) {
            state = newState;
            since = newSince;
            reason = newReason;
            return this;
        }

        Copy heard(String reporterId, @Nullable String reporter, long reportFence, long now) {
            nodeId = reporterId;
            node = reporter;
            fence = reportFence;
            reportedAt = now;
            return this;
        }

        Copy nobodyCollects() {
            node = null;
            return this;
        }

        Copy told(long reportGeneration, int newRestarts, long newPending) {
            reportedGeneration = reportGeneration;
            restarts = newRestarts;
            pending = newPending;
            return this;
        }

        Copy pending(long newPending) {
            pending = newPending;
            return this;
        }

        Copy waitingFor(List<WaitingFor> newWaitingFor) {
            waitingFor = newWaitingFor;
            return this;
        }

        Copy streams(List<StreamStatus> newStreams) {
            streams = newStreams;
            return this;
        }

        Copy preferred(@Nullable String newPreferred) {
            preferred = newPreferred;
            return this;
        }

        Agent build() {
            return new Agent(
                    from.id,
                    spec,
                    wanted,
                    generation,
                    removed,
                    commandedAt,
                    state,
                    since,
                    reason,
                    nodeId,
                    node,
                    fence,
                    reportedGeneration,
                    reportedAt,
                    restarts,
                    pending,
                    waitingFor,
                    streams,
                    preferred,
                    from.version);
        }
    }
}
