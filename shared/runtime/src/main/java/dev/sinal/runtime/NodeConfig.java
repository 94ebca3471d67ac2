package dev.sinal.runtime;

import dev.sinal.runtime.cluster.BusTls;
import dev.sinal.runtime.cluster.Discovery;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
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

    /**
     * @param host an address of this machine, to bind and to tell peers
     * @param port to bind
     * @param clusterName nodes with another name are not met
     * @param tls of the event bus; null = none
     */
    public record Cluster(
            String host,
            int port,
            Discovery discovery,
            String clusterName,
            @Nullable BusTls tls) {
        static Cluster from(Settings settings, boolean wanted) {
            String host = settings.text("cluster.host", "127.0.0.1");
            int port = settings.integer("cluster.port", 5701, 1, 65_535);
            Discovery discovery = Discovery.from(settings, port);
            String name = settings.text("cluster.name", "sinal");
            boolean insecure = settings.flag("cluster.insecure", false);
            BusTls tls = BusTls.from(settings);
            return new Cluster(wanted ? address(host, tls != null || insecure) : host, port, discovery, name, tls);
        }

        /** Without TLS whoever reaches the bus port is believed: that must be wanted. */
        private static String address(String host, boolean mayBeReached) {
            InetAddress address;
            try {
                address = InetAddress.getByName(host);
            } catch (UnknownHostException e) {
                throw new ConfigException("cluster.host", "must be an address of this machine, was '" + host + "'");
            }
            if (address.isAnyLocalAddress()) {
                throw new ConfigException(
                        "cluster.host", "must be the one address that peers connect to, was '" + host + "'");
            }
            if (!address.isLoopbackAddress() && !mayBeReached) {
                throw new ConfigException(
                        "cluster.host",
                        "is " + host
                                + ", which other machines reach, and the event bus has no TLS: make certificates with"
                                + " ./sinal keys cluster --out DIR --host NAME and set cluster.tls.cert, cluster.tls.key and"
                                + " cluster.tls.ca, or set cluster.insecure: true on a network that only nodes reach");
            }
            return address.getHostAddress();
        }
    }

    /** @param clustered as asked for on the command line @param defaultDataDir when no setting says otherwise */
    public static NodeConfig from(Settings settings, boolean clustered, Path defaultDataDir, String defaultName) {
        String name = settings.text("node.name", defaultName);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new ConfigException(
                    "node.name", "must be 1 to 64 letters, digits, '.', '_' or '-', was '" + name + "'");
        }
        Cluster cluster = Cluster.from(settings, clustered);
        return new NodeConfig(
                name,
                Path.of(settings.text("node.dataDir", defaultDataDir.toString()))
                        .toAbsolutePath(),
                clustered ? cluster : null,
                settings.text("management.host", "127.0.0.1"),
                settings.integer("management.port", 0, -1, 65_535),
                settings.duration(
                        "node.stopWithin", Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofMinutes(2)));
    }
}
