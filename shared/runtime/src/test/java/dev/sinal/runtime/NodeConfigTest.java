package dev.sinal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.runtime.cluster.Discovery;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NodeConfigTest {
    @Test
    void aClusterIsOnLoopbackWithTheSuitesNinePortsUnlessToldOtherwise() {
        NodeConfig.Cluster cluster = cluster(Map.of());

        assertThat(cluster.host()).isEqualTo("127.0.0.1");
        assertThat(cluster.tls()).isNull();
        assertThat(cluster.discovery())
                .isInstanceOfSatisfying(
                        Discovery.Members.class,
                        members -> assertThat(members.addresses())
                                .startsWith("127.0.0.1:5701")
                                .endsWith("127.0.0.1:5709")
                                .hasSize(9));
    }

    @Test
    void anAddressThatOthersReachNeedsTlsOrAnExplicitSetting() {
        assertThatThrownBy(() -> cluster(Map.of("cluster.host", "192.0.2.7")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("cluster.host is 192.0.2.7")
                .hasMessageContaining("./sinal keys cluster")
                .hasMessageContaining("cluster.insecure: true");

        assertThat(cluster(Map.of("cluster.host", "192.0.2.7", "cluster.insecure", "true"))
                        .host())
                .isEqualTo("192.0.2.7");
        assertThatThrownBy(() -> cluster(Map.of("cluster.host", "0.0.0.0", "cluster.insecure", "true")))
                .hasMessageContaining("the one address that peers connect to");
    }

    @Test
    void aProcessWithoutClusterIgnoresWhereTheClusterWouldBind() {
        NodeConfig config = NodeConfig.from(Settings.of(Map.of("cluster.host", "192.0.2.7")), false, Path.of("d"), "n");

        assertThat(config.cluster()).isNull();
    }

    @Test
    void discoveryIsByMembersDnsOrKubernetes() {
        assertThat(cluster(Map.of("cluster.join", "10.0.0.1:5701, 10.0.0.2:5701"))
                        .discovery())
                .isEqualTo(new Discovery.Members(List.of("10.0.0.1:5701", "10.0.0.2:5701")));
        assertThat(cluster(Map.of("cluster.discovery", "dns", "cluster.dns.name", "nodes.lab", "cluster.port", "5800"))
                        .discovery())
                .isEqualTo(new Discovery.Dns("nodes.lab", 5800));
        assertThat(cluster(Map.of(
                                "cluster.discovery", "kubernetes",
                                "cluster.kubernetes.service", "sinal-nodes",
                                "cluster.kubernetes.namespace", "lab"))
                        .discovery())
                .isEqualTo(new Discovery.Kubernetes("sinal-nodes", "lab", 5701));
        assertThatThrownBy(() -> cluster(Map.of("cluster.discovery", "dns")))
                .hasMessageStartingWith("cluster.dns.name is missing");
        assertThatThrownBy(() -> cluster(Map.of("cluster.discovery", "kubernetes")))
                .hasMessageStartingWith("cluster.kubernetes.service is missing");
        assertThatThrownBy(() -> cluster(Map.of("cluster.discovery", "multicast")))
                .hasMessage("cluster.discovery must be members, dns or kubernetes, was 'multicast'");
    }

    private static NodeConfig.Cluster cluster(Map<String, String> given) {
        Settings settings = Settings.of(new HashMap<>(given));
        NodeConfig config = NodeConfig.from(settings, true, Path.of("data"), "node");
        settings.refuseUnknown();
        NodeConfig.Cluster cluster = config.cluster();
        if (cluster == null) {
            throw new AssertionError("no cluster");
        }
        return cluster;
    }
}
