package org.example.lab;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import java.util.List;

/** What a member of the cluster needs to be told: no multicast, the peers by name, and the maps in which Vert.x keeps its addresses. */
final class Member {
    /** Address to bind; with another one, the event bus must have the certificates of the cluster. */
    static final String HOST = "127.0.0.1";

    private Member() {}

    /** @param port to bind @param peers {@code host:port} */
    static Config of(int port, List<String> peers) {
        Config config = new Config();
        config.setClusterName("sinal");
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        // As the nodes of the suite: a member that is silent for so long is gone.
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(HOST);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .setMembers(peers)
                .setConnectionTimeoutSeconds(1);
        config.getMetricsConfig().setEnabled(false);
        return config;
    }
}
