package dev.sinal.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process is, whatever services it runs.
 *
 * @param name shown to people
 * @param dataDir of this node
 * @param cluster null = one process, local bus
 * @param managementPort health and metrics on {@code managementHost}; 0 = any, -1 = none
 * @param stopWithin everything that was started has ended by then
 */
public record NodeConfig(
        String name,
        Path dataDir,
        @Nullable Cluster cluster,
        String managementHost,
        int managementPort,
        Duration stopWithin) {

    /** @param host to bind @param port to bind @param join {@code host:port} of peers @param clusterName of the cluster */
    public record Cluster(String host, int port, List<String> join, String clusterName) {}

    /** @param clustered as asked for on the command line @param defaultDataDir when no setting says otherwise */
    public static NodeConfig from(Settings settings, boolean clustered, Path defaultDataDir, String defaultName) {
        String name = settings.text("node.name", defaultName);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new ConfigException(
                    "node.name", "must be 1 to 64 letters, digits, '.', '_' or '-', was '" + name + "'");
        }
        String host = settings.text("cluster.host", "127.0.0.1");
        int port = settings.integer("cluster.port", 5701, 1, 65_535);
        List<String> join = settings.list(
                "cluster.join",
                List.of(
                        "127.0.0.1:5701",
                        "127.0.0.1:5702",
                        "127.0.0.1:5703",
                        "127.0.0.1:5704",
                        "127.0.0.1:5705",
                        "127.0.0.1:5706",
                        "127.0.0.1:5707",
                        "127.0.0.1:5708",
                        "127.0.0.1:5709"));
        String clusterName = settings.text("cluster.name", "sinal");
        return new NodeConfig(
                name,
                Path.of(settings.text("node.dataDir", defaultDataDir.toString()))
                        .toAbsolutePath(),
                clustered ? new Cluster(host, port, join, clusterName) : null,
                settings.text("management.host", "127.0.0.1"),
                settings.integer("management.port", 0, -1, 65_535),
                settings.duration(
                        "node.stopWithin", Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofMinutes(2)));
    }
}
