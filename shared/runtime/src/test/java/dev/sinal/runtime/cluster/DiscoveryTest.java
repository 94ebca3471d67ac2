package dev.sinal.runtime.cluster;

import static dev.sinal.runtime.cluster.TestMembers.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.JoinConfig;
import dev.sinal.contracts.BusVersion;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class DiscoveryTest {
    /** From {@code src/test/resources/hosts}: 127.0.0.2, where nobody is, and 127.0.0.1. */
    private static final String NAME = "nodes.sinal.test";

    private final String cluster = "test-" + UUID.randomUUID();

    @Test
    void nodesMeetByTheAddressesOfAName() throws Exception {
        int port = TestMembers.freePort();
        Cluster first = join("first", port, port);
        Cluster second = join("second", TestMembers.freePort(), port);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(first.registry().peers()).extracting(Peer::node).containsExactly("second");
                assertThat(second.registry().peers()).extracting(Peer::node).containsExactly("first");
            });
        } finally {
            await(second.vertx().close());
            await(first.vertx().close());
        }
    }

    @Test
    void onlyTheChosenWayIsOn() {
        JoinConfig members = applied(new Discovery.Members(List.of("10.0.0.1:5701")));
        assertThat(members.getTcpIpConfig().isEnabled()).isTrue();
        assertThat(members.getTcpIpConfig().getMembers()).containsExactly("10.0.0.1:5701");
        assertThat(members.getKubernetesConfig().isEnabled()).isFalse();

        JoinConfig kubernetes = applied(new Discovery.Kubernetes("sinal-nodes", "lab", 5701));
        assertThat(kubernetes.getTcpIpConfig().isEnabled()).isFalse();
        assertThat(kubernetes.getKubernetesConfig().isEnabled()).isTrue();
        assertThat(kubernetes.getKubernetesConfig().getProperties())
                .containsEntry("service-name", "sinal-nodes")
                .containsEntry("namespace", "lab")
                .containsEntry("service-port", "5701");
        for (JoinConfig join : List.of(members, kubernetes)) {
            assertThat(join.getMulticastConfig().isEnabled()).isFalse();
            assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
        }
    }

    private static JoinConfig applied(Discovery discovery) {
        JoinConfig join = new JoinConfig();
        discovery.apply(join);
        return join;
    }

    private Cluster join(String name, int port, int portOfOthers) throws Exception {
        return await(Cluster.join(
                Vertx.builder()
                        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(TestMembers.HOST))),
                new ClusterConfig(TestMembers.HOST, port, new Discovery.Dns(NAME, portOfOthers), cluster),
                new Peer(name, name, "1", BusVersion.CURRENT)));
    }
}
