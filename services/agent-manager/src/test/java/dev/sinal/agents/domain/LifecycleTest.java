package dev.sinal.agents.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.WaitingFor;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final long S = 1_000_000_000L;
    private static final long SILENCE = 10 * S;
    private static final AgentSpec EEG = lsl("type='EEG'");
    private static final AgentSpec EXTERNAL = new AgentSpec("external", List.of());

    @Test
    void aNewLslAgentStartsAndWaitsForACollector() {
        Agent agent = Lifecycle.create("a", EEG, 1, 100);

        assertThat(agent.state()).isEqualTo("starting");
        assertThat(agent.ready()).isFalse();
        assertThat(agent.missing()).containsExactly(new WaitingFor("type='EEG'", "no_collector", List.of()));
    }

    @Test
    void anExternalAgentRunsAtOnceAndStopsAtOnce() {
        Agent agent = Lifecycle.create("a", EXTERNAL, 1, 100);
        Agent stopped = Lifecycle.stop(agent, 200);

        assertThat(agent.ready()).isTrue();
        assertThat(stopped.state()).isEqualTo("stopped");
        assertThat(stopped.generation()).isEqualTo(2);
        assertThat(Lifecycle.silence(agent, 1000 * S, SILENCE)).isSameAs(agent);
    }

    @Test
    void startingARunningAgentWithTheSameSpecChangesNothing() {
        Agent running = running();

        assertThat(Lifecycle.start(running, null, 500)).isSameAs(running);
        assertThat(Lifecycle.start(running, lsl("type='EEG'"), 500)).isSameAs(running);
    }

    @Test
    void anotherSpecRaisesTheGenerationAndIsNotReadyUntilThatOneIsReported() {
        Agent changed = Lifecycle.start(running(), lsl("type='ECG'"), 500);
        Agent old = Lifecycle.report(changed, "n1", "lab", report(1, 1, "running"), 600, SILENCE);
        Agent reported = Lifecycle.report(old, "n1", "lab", report(2, 1, "running"), 700, SILENCE);

        assertThat(changed.generation()).isEqualTo(2);
        assertThat(changed.state()).isEqualTo("starting");
        assertThat(old.ready()).isFalse();
        assertThat(reported.ready()).isTrue();
    }

    @Test
    void anotherKindIsRefused() {
        Agent running = running();

        assertThatThrownBy(() -> Lifecycle.start(running, EXTERNAL, 500))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFLICT));
    }

    @Test
    void aFailedAgentIsTriedAgainWhenItIsStarted() {
        Agent failed = Lifecycle.report(running(), "n1", "lab", report(1, 1, "failed"), 500, SILENCE);
        Agent again = Lifecycle.start(failed, null, 600);

        assertThat(again.state()).isEqualTo("starting");
        assertThat(again.generation()).isEqualTo(2);
        assertThat(again.restarts()).isZero();
    }

    @Test
    void aReportOfASmallerFenceOrOfAnotherHolderOfTheSameFenceIsIgnored() {
        Agent running = Lifecycle.report(running(), "n1", "lab", report(1, 5, "running"), 500, SILENCE);

        assertThat(Lifecycle.report(running, "n2", "attic", report(1, 4, "failed"), 600, SILENCE))
                .isSameAs(running);
        assertThat(Lifecycle.report(running, "n2", "attic", report(1, 5, "failed"), 600, SILENCE))
                .isSameAs(running);
    }

    @Test
    void theHolderOfALargerFenceTakesOver() {
        Agent moved = Lifecycle.report(running(), "n2", "attic", report(1, 2, "running"), 600, SILENCE);

        assertThat(moved.node()).isEqualTo("attic");
        assertThat(moved.fence()).isEqualTo(2);
        assertThat(moved.since()).isEqualTo(running().since());
        assertThat(moved.newsSince(running())).isTrue();
    }

    @Test
    void aReportOfAGenerationThatWasNeverGivenIsIgnored() {
        Agent running = running();

        assertThat(Lifecycle.report(running, "n1", "lab", report(9, 1, "failed"), 600, SILENCE))
                .isSameAs(running);
    }

    @Test
    void stoppingLastsUntilEverythingIsCommitted() {
        Agent stopping = Lifecycle.stop(running(), 500);
        Agent pending = Lifecycle.report(stopping, "n1", "lab", report(2, 1, "stopped", 3), 600, SILENCE);
        Agent stopped = Lifecycle.report(pending, "n1", "lab", report(2, 1, "stopped", 0), 700, SILENCE);

        assertThat(stopping.state()).isEqualTo("stopping");
        assertThat(pending.state()).isEqualTo("stopping");
        assertThat(pending.pending()).isEqualTo(3);
        assertThat(stopped.state()).isEqualTo("stopped");
        assertThat(stopped.node()).isNull();
        assertThat(stopped.committed()).containsEntry("eeg", new Position(7, 42));
        assertThat(stopped.concernsCollectors()).isFalse();
    }

    @Test
    void whatWasStoppedBeforeTheCommandWasSeenIsNotDrained() {
        Agent stopping = Lifecycle.stop(running(), 500);

        assertThat(Lifecycle.report(stopping, "n1", "lab", report(1, 1, "stopped", 0), 600, SILENCE)
                        .state())
                .isEqualTo("stopping");
    }

    @Test
    void whatNobodyEverCollectedStopsAtOnce() {
        Agent agent = Lifecycle.create("a", EEG, 1, 100);

        assertThat(Lifecycle.stop(agent, 200).state()).isEqualTo("stopped");
    }

    @Test
    void aStopThatIsRepeatedChangesNothing() {
        Agent stopping = Lifecycle.stop(running(), 500);

        assertThat(Lifecycle.stop(stopping, 600)).isSameAs(stopping);
    }

    @Test
    void silenceDegradesARunningAgentOnceAndAReportCuresIt() {
        Agent running = running();
        Agent silent = Lifecycle.silence(running, running.reportedAt() + SILENCE + 1, SILENCE);
        Agent again = Lifecycle.silence(silent, running.reportedAt() + 2 * SILENCE, SILENCE);
        Agent cured = Lifecycle.report(
                silent, "n1", "lab", report(1, 1, "running"), running.reportedAt() + 3 * SILENCE, SILENCE);

        assertThat(Lifecycle.silence(running, running.reportedAt() + SILENCE, SILENCE))
                .isSameAs(running);
        assertThat(silent.state()).isEqualTo("degraded");
        assertThat(silent.reason()).isEqualTo("no_collector");
        assertThat(silent.node()).isNull();
        assertThat(silent.streams()).extracting(StreamStatus::state).containsExactly("stalled");
        assertThat(again).isSameAs(silent);
        assertThat(cured.state()).isEqualTo("running");
        assertThat(cured.reason()).isNull();
    }

    @Test
    void silenceLetsAStartingAgentWait() {
        Agent silent = Lifecycle.silence(Lifecycle.create("a", EEG, 1, 0), SILENCE + 1, SILENCE);

        assertThat(silent.state()).isEqualTo("waiting");
        assertThat(silent.waitingFor()).containsExactly(new WaitingFor("type='EEG'", "no_collector", List.of()));
    }

    @Test
    void afterSilenceAnotherNodeIsBelievedUnderTheSameFence() {
        Agent running = running();
        long late = running.reportedAt() + SILENCE + 1;

        Agent taken = Lifecycle.report(running, "n2", "attic", report(1, 1, "running"), late, SILENCE);

        assertThat(taken.node()).isEqualTo("attic");
    }

    @Test
    void aNodeThatLetsGoLeavesTheAgentWaitingForAnother() {
        Agent released = Lifecycle.report(running(), "n1", "lab", report(1, 1, "stopped", 0), 500, SILENCE);

        assertThat(released.state()).isEqualTo("waiting");
        assertThat(released.reason()).isEqualTo("no_collector");
        assertThat(released.node()).isNull();
    }

    @Test
    void aRemovedAgentGoesWhenItsCollectorHasLetGoOrIsSilent() {
        Agent removed = Lifecycle.remove(running(), 500);
        Agent stopped = Lifecycle.report(removed, "n1", "lab", report(2, 1, "stopped", 0), 600, SILENCE);

        assertThat(removed.concernsCollectors()).isTrue();
        assertThat(Lifecycle.gone(removed, 600, SILENCE)).isFalse();
        assertThat(Lifecycle.gone(stopped, 600, SILENCE)).isTrue();
        assertThat(Lifecycle.gone(removed, 500 + SILENCE + 1, SILENCE)).isTrue();
    }

    @Test
    void aRemovedAgentMayBeStartedAgainWithAnotherKind() {
        Agent removed = Lifecycle.remove(running(), 500);
        Agent born = Lifecycle.start(removed, EXTERNAL, 600);

        assertThat(born.removed()).isFalse();
        assertThat(born.ready()).isTrue();
        assertThat(born.generation()).isEqualTo(3);
    }

    private static Agent running() {
        return Lifecycle.report(Lifecycle.create("a", EEG, 1, 100), "n1", "lab", report(1, 1, "running"), 300, SILENCE);
    }

    private static AgentReport report(long generation, long fence, String state) {
        return report(generation, fence, state, 0);
    }

    private static AgentReport report(long generation, long fence, String state, long pending) {
        StreamStatus stream = new StreamStatus(
                "s1", "eeg", "running", 250, 250, 0.1, 99L, 0, null, new Position(7, 50), new Position(7, 42));
        return new AgentReport("a", generation, fence, state, null, 2, pending, List.of(), List.of(stream));
    }

    private static AgentSpec lsl(String query) {
        return new AgentSpec("lsl", List.of(new StreamSpec(query, null, null, null, null, List.of(), null, null)));
    }
}
