package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.ingest.domain.Placement.Free;
import dev.sinal.ingest.domain.Placement.Node;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Node A = new Node("log-a", "a", 0, 0);
    private static final Node B = new Node("log-b", "b", 0, 0);

    @Test
    void agentsThatStartTogetherSpreadAndBothNodesAgree() {
        List<Free> four =
                Stream.of("a1", "a2", "a3", "a4").map(PlacementTest::free).toList();

        Map<String, Integer> ofA = Placement.ranks("log-a", List.of(A, B), four);
        Map<String, Integer> ofB = Placement.ranks("log-b", List.of(B, A), four);

        assertThat(ofA.values()).containsExactlyInAnyOrder(0, 0, 1, 1);
        ofA.forEach((agent, rank) -> assertThat(ofB.get(agent)).isEqualTo(1 - rank));
    }

    @Test
    void theNodeWithLessToDoComesFirst() {
        Node busy = new Node("log-a", "a", 0, 1);
        Node loaded = new Node("log-b", "b", 2 * Placement.LOAD_OF_ONE_AGENT, 0);

        assertThat(Placement.ranks("log-a", List.of(busy, B), List.of(free("x"))))
                .containsEntry("x", 1);
        assertThat(Placement.ranks("log-a", List.of(busy, loaded), List.of(free("x"))))
                .containsEntry("x", 0);
    }

    @Test
    void aWishComesBeforeLoadAndAnHeirBeforeAWish() {
        Node busy = new Node("log-b", "b", 0, 9);

        assertThat(Placement.ranks("log-b", List.of(A, busy), List.of(new Free("x", "b", null))))
                .containsEntry("x", 0);
        assertThat(Placement.ranks("log-b", List.of(A, busy), List.of(new Free("x", "b", "log-a"))))
                .containsEntry("x", 1);
        assertThat(Placement.ranks("log-a", List.of(A, busy), List.of(new Free("x", "gone", null))))
                .as("a wish for a node that is gone is no wish")
                .containsEntry("x", 0);
    }

    @Test
    void whoTakesNoAgentsHasNoRank() {
        assertThat(Placement.ranks("log-c", List.of(A, B), List.of(free("x")))).isEmpty();
        assertThat(Placement.heir(List.of(), free("x"))).isNull();
    }

    private static Free free(String agentId) {
        return new Free(agentId, null, null);
    }
}
