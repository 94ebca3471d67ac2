package dev.sinal.runtime.cluster;

import com.hazelcast.config.JoinConfig;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a node learns where others may be. Asked again for as long as it is alone, and after a partition. */
public sealed interface Discovery {
    /** @param addresses {@code host:port} of every node that may be met, this one included or not */
    record Members(List<String> addresses) implements Discovery {
        public Members {
            addresses = List.copyOf(addresses);
        }
    }

    /** @param name all whose addresses are nodes, e.g. a headless service @param port of each of them */
    record Dns(String name, int port) implements Discovery {}

    /**
     * The endpoints of a Kubernetes service, read from the Kubernetes API with the pod's service account.
     *
     * @param namespace null = the pod's own @param port of each of them
     */
    record Kubernetes(String service, @Nullable String namespace, int port) implements Discovery {}

    /** Keys {@code cluster.discovery} ({@code members}, {@code dns}, {@code kubernetes}) and those it needs. */
    static Discovery from(Settings settings, int ownPort) {
        String how = settings.text("cluster.discovery", "members");
        List<String> members = settings.list(
                "cluster.join",
                IntStream.rangeClosed(5701, 5709)
                        .mapToObj(port -> "127.0.0.1:" + port)
                        .toList());
        String name = settings.textOrNull("cluster.dns.name");
        String service = settings.textOrNull("cluster.kubernetes.service");
        String namespace = settings.textOrNull("cluster.kubernetes.namespace");
        return switch (how) {
            case "members" -> new Members(members);
            case "dns" ->
                new Dns(
                        required("cluster.dns.name", name, "a name all whose addresses are nodes, such as nodes.lab"),
                        ownPort);
            case "kubernetes" ->
                new Kubernetes(
                        required("cluster.kubernetes.service", service, "the service that selects the nodes' pods"),
                        namespace,
                        ownPort);
            default ->
                throw new ConfigException("cluster.discovery", "must be members, dns or kubernetes, was '" + how + "'");
        };
    }

    private static String required(String key, @Nullable String value, String what) {
        if (value == null || value.isBlank()) {
            throw new ConfigException(key, "is missing: set it to " + what);
        }
        return value.strip();
    }

    /** The bundled default asks by multicast: everything but the one way that was chosen is off. */
    default void apply(JoinConfig join) {
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        if (this instanceof Members members) {
            join.getTcpIpConfig()
                    .setEnabled(true)
                    .setMembers(members.addresses())
                    .setConnectionTimeoutSeconds(1);
            return;
        }
        join.getTcpIpConfig().setEnabled(false);
        var kubernetes = join.getKubernetesConfig().setEnabled(true);
        if (this instanceof Dns dns) {
            // Plain DNS behind this name: nothing of Kubernetes is asked.
            kubernetes.setProperty("service-dns", dns.name());
            kubernetes.setProperty("service-port", Integer.toString(dns.port()));
        } else if (this instanceof Kubernetes service) {
            kubernetes.setProperty("service-name", service.service());
            kubernetes.setProperty("service-port", Integer.toString(service.port()));
            if (service.namespace() != null) {
                kubernetes.setProperty("namespace", service.namespace());
            }
        }
    }
}
