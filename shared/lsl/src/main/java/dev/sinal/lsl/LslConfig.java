package dev.sinal.lsl;

import java.util.ArrayList;
import java.util.List;

/**
 * Where to look for streams and where to serve them.
 *
 * @param multicastPort UDP port of discovery, shared by all outlets of a machine
 * @param basePort first port that outlets try for data (TCP) and service (UDP)
 * @param portRange how many ports they try
 * @param allowRandomPorts whether an outlet may take any free port when the range is full
 * @param discoveryAddresses where queries are sent and listened for: multicast groups, broadcast, hosts
 * @param ttl how many routers a multicast may pass, 0 to 255
 * @param listenAddress local address that outlets bind; empty = all
 * @param interfaces IPv4 addresses of the interfaces to send multicasts on; empty = all that can
 * @param knownPeers hosts also asked directly, on every port of the range
 * @param sessionId only streams of this session are found
 * @param tuning time limits and other numbers that rarely need a change
 * @param limits what peers may make us do
 * @param source where the settings came from, for people to read
 */
public record LslConfig(
        int multicastPort,
        int basePort,
        int portRange,
        boolean allowRandomPorts,
        List<String> discoveryAddresses,
        int ttl,
        String listenAddress,
        List<String> interfaces,
        List<String> knownPeers,
        String sessionId,
        LslTuning tuning,
        LslLimits limits,
        String source) {
    /** How far discovery reaches; each scope includes the ones before it. */
    public enum Scope {
        MACHINE(0, List.of("127.0.0.1")),
        LINK(1, List.of("255.255.255.255", "224.0.0.1", "224.0.0.183")),
        SITE(24, List.of("239.255.172.215")),
        ORGANIZATION(32, List.of()),
        GLOBAL(255, List.of());

        private final int ttl;
        private final List<String> addresses;

        Scope(int ttl, List<String> addresses) {
            this.ttl = ttl;
            this.addresses = addresses;
        }

        int ttl() {
            return ttl;
        }

        /** The addresses that this scope adds. */
        List<String> ownAddresses() {
            return addresses;
        }

        /** The addresses of this scope and all smaller ones. */
        List<String> allAddresses() {
            List<String> all = new ArrayList<>();
            for (Scope scope : values()) {
                if (scope.compareTo(this) <= 0) {
                    all.addAll(scope.addresses);
                }
            }
            return List.copyOf(all);
        }
    }

    public LslConfig {
        port("ports.MulticastPort", multicastPort);
        port("ports.BasePort", basePort);
        if (portRange < 1 || portRange > 4096 || basePort + portRange > 65_536) {
            throw new IllegalArgumentException(
                    "ports.PortRange must be 1 to 4096 and end below 65536, was " + portRange);
        }
        if (ttl < 0 || ttl > 255) {
            throw new IllegalArgumentException("multicast.TTLOverride must be 0 to 255, was " + ttl);
        }
        if (sessionId.isEmpty() || sessionId.length() > 256 || sessionId.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("lab.SessionID must be 1 to 256 characters on one line");
        }
        discoveryAddresses = List.copyOf(discoveryAddresses);
        interfaces = List.copyOf(interfaces);
        knownPeers = List.copyOf(knownPeers);
    }

    private static void port(String key, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(key + " must be 1 to 65535, was " + port);
        }
    }

    /** The standard ports and the scope {@link Scope#SITE}. */
    public static LslConfig defaults() {
        return new LslConfig(
                16_571,
                16_572,
                32,
                true,
                Scope.SITE.allAddresses(),
                Scope.SITE.ttl(),
                "",
                List.of(),
                List.of(),
                "default",
                LslTuning.defaults(),
                LslLimits.defaults(),
                "built-in defaults");
    }

    /** The standard ports, but nothing leaves or enters this machine: sockets are bound to 127.0.0.1. */
    public static LslConfig loopback() {
        return defaults()
                .withScope(Scope.MACHINE)
                .withListenAddress("127.0.0.1")
                .withSource("built-in loopback settings");
    }

    /**
     * What the native library would use: the file named by the environment variable {@code LSLAPICFG}, else {@code lsl_api.cfg} in
     * the working directory, {@code ~/lsl_api/lsl_api.cfg}, {@code /etc/lsl_api/lsl_api.cfg}, else {@link #defaults}. Reads files:
     * not for event loops.
     *
     * @throws LslException naming file and line if the file that counts is malformed
     */
    public static LslConfig load() {
        return LslConfigFile.load();
    }

    /** Reads the text of an {@code lsl_api.cfg}. */
    public static LslConfig parse(String text, String source) {
        return LslConfigFile.parse(text, source);
    }

    public LslConfig withPorts(int multicast, int base, int range) {
        return new LslConfig(
                multicast,
                base,
                range,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                knownPeers,
                sessionId,
                tuning,
                limits,
                source);
    }

    public LslConfig withRandomPorts(boolean allowed) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowed,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                knownPeers,
                sessionId,
                tuning,
                limits,
                source);
    }

    public LslConfig withScope(Scope scope) {
        return withDiscoveryAddresses(scope.allAddresses(), scope.ttl());
    }

    public LslConfig withDiscoveryAddresses(List<String> addresses, int newTtl) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                addresses,
                newTtl,
                listenAddress,
                interfaces,
                knownPeers,
                sessionId,
                tuning,
                limits,
                source);
    }

    public LslConfig withListenAddress(String address) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                address,
                interfaces,
                knownPeers,
                sessionId,
                tuning,
                limits,
                source);
    }

    public LslConfig withInterfaces(List<String> addresses) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                addresses,
                knownPeers,
                sessionId,
                tuning,
                limits,
                source);
    }

    public LslConfig withKnownPeers(List<String> peers) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                peers,
                sessionId,
                tuning,
                limits,
                source);
    }

    public LslConfig withSessionId(String session) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                knownPeers,
                session,
                tuning,
                limits,
                source);
    }

    public LslConfig withTuning(LslTuning newTuning) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                knownPeers,
                sessionId,
                newTuning,
                limits,
                source);
    }

    public LslConfig withLimits(LslLimits newLimits) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                knownPeers,
                sessionId,
                tuning,
                newLimits,
                source);
    }

    LslConfig withSource(String newSource) {
        return new LslConfig(
                multicastPort,
                basePort,
                portRange,
                allowRandomPorts,
                discoveryAddresses,
                ttl,
                listenAddress,
                interfaces,
                knownPeers,
                sessionId,
                tuning,
                limits,
                newSource);
    }
}
