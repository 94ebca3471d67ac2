package dev.sinal.runtime;

import static dev.sinal.runtime.cluster.TestMembers.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.BusVersion;
import dev.sinal.runtime.cluster.Discovery;
import dev.sinal.runtime.cluster.TestMembers;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusteredNodeTest {
    private final TestMembers ports = new TestMembers(2);

    @TempDir
    Path folder;

    @Test
    void nodesAreReadyWhenTheClusterIsSafeAndTheirPeersHaveAnswered() throws Exception {
        Node first = await(Node.start(config("first", 0), Map.of()));
        try {
            awaitReady(first, "members: 1");
            Node second = await(Node.start(config("second", 1), Map.of()));
            try {
                awaitReady(second, "members: 2");
                awaitReady(first, "members: 2");
                JsonObject answer = (JsonObject) await(second.context()
                                .vertx()
                                .eventBus()
                                .request(Addresses.nodePing(first.context().nodeId()), new JsonObject()))
                        .body();
                assertThat(answer.getString("node")).isEqualTo("first");
                assertThat(answer.getInteger("bus")).isEqualTo(BusVersion.CURRENT);
            } finally {
                await(second.stop());
            }
            awaitReady(first, "members: 1");
        } finally {
            await(first.stop());
        }
    }

    @Test
    void aNodeOfAnotherBusVersionDoesNotStartAndDisturbsNobody() throws Exception {
        Node old = await(Node.start(config("old", 0), Map.of()));
        try {
            awaitReady(old, "members: 1");

            Future<Node> start = Node.start(config("new", 1), Map.of(), BusVersion.CURRENT + 1);

            assertThat(catchThrowable(() -> await(start)).getCause())
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("bus version " + BusVersion.CURRENT)
                    .hasMessageContaining("bus version " + (BusVersion.CURRENT + 1))
                    .hasMessageContaining("node old");
            awaitReady(old, "members: 1");
        } finally {
            await(old.stop());
        }
    }

    private void awaitReady(Node node, String remark) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Health.Status status = node.context().health().statuses().get("cluster");
            assertThat(status.detail()).isEqualTo(remark);
            assertThat(status.ready()).isTrue();
        });
    }

    private NodeConfig config(String name, int member) {
        return new NodeConfig(
                name,
                folder.resolve(name),
                new NodeConfig.Cluster(
                        TestMembers.HOST,
                        ports.port(member),
                        new Discovery.Members(ports.addresses()),
                        ports.name(),
                        null),
                "127.0.0.1",
                0,
                Duration.ofSeconds(20));
    }
}
