package dev.sinal.runtime.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.ProtocolType;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.List;

/**
 * Hazelcast configured in code. The bundled default asks for multicast and binds everything; this names every peer, binds one address, speaks
 * the member protocol only and deserializes nothing outside an allow-list.
 *
 * @param host address to bind
 * @param port to bind; exactly this one
 * @param discovery of other nodes
 * @param name of the cluster: nodes with another name are not let in
 */
public record ClusterConfig(String host, int port, Discovery discovery, String name) {
    /** A member that is no node of the suite: no identity, no self-test. */
    public static ClusterManager manager(String host, int port, List<String> peers, String name) {
        return new ClusterRegistry(new ClusterConfig(host, port, new Discovery.Members(peers), name).toHazelcast());
    }

    Config toHazelcast(Peer self) {
        Config config = toHazelcast();
        self.attributes().forEach(config.getMemberAttributeConfig()::setAttribute);
        return config;
    }

    Config toHazelcast() {
        Config config = new Config();
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        config.setClusterName(name);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        // The default minute of silence and five minutes before a split is noticed are too long for a bus that people
        // watch.
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "10");
        config.setProperty("hazelcast.operation.thread.count", "2");
        config.setProperty("hazelcast.operation.generic.thread.count", "2");
        config.setProperty("hazelcast.io.thread.count", "1");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        network(config.getAdvancedNetworkConfig().setEnabled(true));
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.getWhitelist().addPrefixes("java.", "io.vertx.", "com.hazelcast.");
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
        return config;
    }

    private void network(AdvancedNetworkConfig network) {
        ServerSocketEndpointConfig member = new ServerSocketEndpointConfig().setProtocolType(ProtocolType.MEMBER);
        member.setPort(port).setPortAutoIncrement(false);
        member.getInterfaces().setEnabled(true).addInterface(host);
        network.setMemberEndpointConfig(member);
        network.getEndpointConfigs().keySet().removeIf(endpoint -> endpoint.getType() == ProtocolType.CLIENT);
        discovery.apply(network.getJoin());
    }
}
