package dev.sinal.lsl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where to look for streams and where to serve them. Made by {@link #defaults}, {@link #loopback}, {@link #load} or {@link #builder}.
 *
 * @param multicastPort UDP port of discovery, shared by all outlets of a machine
 * @param basePort first port that outlets try for data (TCP) and service (UDP)
 * @param portRange how many ports they try
 * @param allowRandomPorts whether an outlet may take any free port when the range is full
 * @param ipv6 which versions of IP are used
 * @param discoveryAddresses where queries are sent and listened for: multicast groups, broadcast, hosts; IPv4 and IPv6
 * @param ttl how many routers a multicast may pass, 0 to 255
 * @param listenAddress local address that outlets bind, IPv4 or IPv6; empty = all
 * @param interfaces the interfaces to send multicasts on: an IPv4 address (IPv4 only), an IPv6 address with {@code %scope} (IPv6
 *     only) or a name such as {@code eth0} (both); empty = all that can
 * @param knownPeers hosts also asked directly, on every port of the range; with {@code host:port}, on that port only
 * @param sessionId only streams of this session are found
 * @param tuning time limits and other numbers that rarely need a change
 * @param limits what peers may make us do
 * @param trustedAdvertisedAddresses addresses that a description may send us to although the answer came from elsewhere; {@code *} =
 *     any. Others are not followed: a forged reply could point us at any host
 * @param source where the settings came from, for people to read
 * @param origins where single settings came from, by the key of {@code lsl_api.cfg}; those not named have their default
 * @param remarks settings that were found and have no effect
 */
public record LslConfig(
        int multicastPort,
        int basePort,
        int portRange,
        boolean allowRandomPorts,
        Ipv6 ipv6,
        List<String> discoveryAddresses,
        int ttl,
        String listenAddress,
        List<String> interfaces,
        List<String> knownPeers,
        String sessionId,
        LslTuning tuning,
        LslLimits limits,
        List<String> trustedAdvertisedAddresses,
        String source,
        Map<String, String> origins,
        List<String> remarks) {
    /** End of the IPv6 groups of every scope. */
    public static final String IPV6_GROUP = "113D:6FDD:2C17:A643:FFE2:1BD1:3CD2";

    private static final int MOST_ADDRESSES = 256;

    /** Which versions of IP are used. */
    public enum Ipv6 {
        /** Both. */
        ALLOW,
        /** IPv4 only. */
        DISABLE,
        /** IPv6 only. */
        FORCE
    }

    /** How far discovery reaches; each scope includes the ones before it. */
    public enum Scope {
        MACHINE(0, "", List.of("127.0.0.1")),
        LINK(1, "FF02", List.of("255.255.255.255", "224.0.0.1", "224.0.0.183")),
        SITE(24, "FF05", List.of("239.255.172.215")),
        ORGANIZATION(32, "FF08", List.of()),
        GLOBAL(255, "FF0E", List.of());

        private final int ttl;
        private final String ipv6Prefix;
        private final List<String> addresses;

        Scope(int ttl, String ipv6Prefix, List<String> addresses) {
            this.ttl = ttl;
            this.ipv6Prefix = ipv6Prefix;
            this.addresses = addresses;
        }

        int ttl() {
            return ttl;
        }

        /** The IPv4 addresses that this scope adds. */
        List<String> ownAddresses() {
            return addresses;
        }

        /** The IPv6 groups that this scope adds. */
        List<String> ownIpv6(String group) {
            return ipv6Prefix.isEmpty() ? List.of() : List.of(ipv6Prefix + ":" + group);
        }

        /** The addresses of this scope and all smaller ones, IPv4 first. */
        List<String> allAddresses() {
            List<String> all = new ArrayList<>();
            List<String> ipv6 = new ArrayList<>();
            for (Scope scope : values()) {
                if (scope.compareTo(this) <= 0) {
                    all.addAll(scope.addresses);
                    ipv6.addAll(scope.ownIpv6(IPV6_GROUP));
                }
            }
            all.addAll(ipv6);
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
        discoveryAddresses = bounded("multicast.AddressesOverride", discoveryAddresses);
        interfaces = bounded("multicast.Interfaces", interfaces);
        knownPeers = bounded("lab.KnownPeers", knownPeers);
        knownPeers.forEach(KnownPeer::parse);
        trustedAdvertisedAddresses = bounded("sinal.TrustedAdvertisedAddresses", trustedAdvertisedAddresses);
        origins = Map.copyOf(origins);
        remarks = List.copyOf(remarks);
    }

    private static void port(String key, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(key + " must be 1 to 65535, was " + port);
        }
    }

    private static List<String> bounded(String key, List<String> items) {
        if (items.size() > MOST_ADDRESSES) {
            throw new IllegalArgumentException(
                    key + " must name at most " + MOST_ADDRESSES + " addresses, was " + items.size());
        }
        return List.copyOf(items);
    }

    /** Starts with {@link #defaults}. */
    public static Builder builder() {
        return defaults().toBuilder();
    }

    /** The standard ports and the scope {@link Scope#SITE}. */
    public static LslConfig defaults() {
        return new LslConfig(
                16_571,
                16_572,
                32,
                true,
                Ipv6.ALLOW,
                Scope.SITE.allAddresses(),
                Scope.SITE.ttl(),
                "",
                List.of(),
                List.of(),
                "default",
                LslTuning.defaults(),
                LslLimits.defaults(),
                List.of(),
                "built-in defaults",
                Map.of(),
                List.of());
    }

    /** The standard ports, but nothing leaves or enters this machine: sockets are bound to 127.0.0.1. */
    public static LslConfig loopback() {
        return builder()
                .origin("built-in loopback settings")
                .ipv6(Ipv6.DISABLE)
                .scope(Scope.MACHINE)
                .listenAddress("127.0.0.1")
                .source("built-in loopback settings")
                .build();
    }

    /**
     * What the native library would use: the file named by the environment variable {@code LSLAPICFG}, else {@code lsl_api.cfg} in
     * the working directory, {@code ~/lsl_api/lsl_api.cfg}, {@code /etc/lsl_api/lsl_api.cfg}, else {@link #defaults}. Reads files:
     * not for event loops.
     *
     * @throws LslException naming file, line and key if the file that counts is malformed
     */
    public static LslConfig load() {
        return LslConfigFile.load(null);
    }

    /** Like {@link #load()}, but a file of the application's choice comes second, after {@code LSLAPICFG}. */
    public static LslConfig load(Path preferred) {
        return LslConfigFile.load(preferred);
    }

    /**
     * Reads the text of an {@code lsl_api.cfg}; no file is looked for.
     *
     * @param source name of the text in messages
     * @throws LslException naming source, line and key if it is malformed
     */
    public static LslConfig parse(String text, String source) {
        return LslConfigFile.parse(text, source);
    }

    /** Every setting in effect with its value and where it came from, one a line, for people to read. */
    public String describe() {
        return LslConfigReport.of(this);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    public LslConfig withPorts(int multicast, int base, int range) {
        return toBuilder().ports(multicast, base, range).build();
    }

    public LslConfig withRandomPorts(boolean allowed) {
        return toBuilder().randomPorts(allowed).build();
    }

    public LslConfig withIpv6(Ipv6 versions) {
        return toBuilder().ipv6(versions).build();
    }

    public LslConfig withScope(Scope scope) {
        return toBuilder().scope(scope).build();
    }

    public LslConfig withDiscoveryAddresses(List<String> addresses, int newTtl) {
        return toBuilder().discoveryAddresses(addresses).ttl(newTtl).build();
    }

    public LslConfig withListenAddress(String address) {
        return toBuilder().listenAddress(address).build();
    }

    public LslConfig withInterfaces(List<String> addressesOrNames) {
        return toBuilder().interfaces(addressesOrNames).build();
    }

    public LslConfig withKnownPeers(List<String> peers) {
        return toBuilder().knownPeers(peers).build();
    }

    public LslConfig withSessionId(String session) {
        return toBuilder().sessionId(session).build();
    }

    public LslConfig withTuning(LslTuning newTuning) {
        return toBuilder().tuning(newTuning).build();
    }

    public LslConfig withLimits(LslLimits newLimits) {
        return toBuilder().limits(newLimits).build();
    }

    public LslConfig withTrustedAdvertisedAddresses(List<String> addresses) {
        return toBuilder().trustedAdvertisedAddresses(addresses).build();
    }

    /** Collects settings, and remembers for {@link LslConfig#describe} who made each. Not safe for several threads. */
    public static final class Builder {
        private final Map<String, String> origins;
        private int multicastPort;
        private int basePort;
        private int portRange;
        private boolean allowRandomPorts;
        private Ipv6 ipv6;
        private List<String> discoveryAddresses;
        private int ttl;
        private String listenAddress;
        private List<String> interfaces;
        private List<String> knownPeers;
        private String sessionId;
        private LslTuning tuning;
        private LslLimits limits;
        private List<String> trustedAdvertisedAddresses;
        private String source;
        private List<String> remarks;
        private String origin = "the application";

        private Builder(LslConfig from) {
            origins = new LinkedHashMap<>(from.origins);
            multicastPort = from.multicastPort;
            basePort = from.basePort;
            portRange = from.portRange;
            allowRandomPorts = from.allowRandomPorts;
            ipv6 = from.ipv6;
            discoveryAddresses = from.discoveryAddresses;
            ttl = from.ttl;
            listenAddress = from.listenAddress;
            interfaces = from.interfaces;
            knownPeers = from.knownPeers;
            sessionId = from.sessionId;
            tuning = from.tuning;
            limits = from.limits;
            trustedAdvertisedAddresses = from.trustedAdvertisedAddresses;
            source = from.source;
            remarks = from.remarks;
        }

        /** Who makes the settings that follow, for people to read. */
        public Builder origin(String who) {
            origin = who;
            return this;
        }

        private void made(String key) {
            origins.put(key, origin);
        }

        /** The same for a setting by its key. */
        Builder origin(String key, String who) {
            origins.put(key, who);
            return this;
        }

        public Builder ports(int multicast, int base, int range) {
            return multicastPort(multicast).basePort(base).portRange(range);
        }

        public Builder multicastPort(int port) {
            if (port != multicastPort) {
                made("ports.MulticastPort");
            }
            multicastPort = port;
            return this;
        }

        public Builder basePort(int port) {
            if (port != basePort) {
                made("ports.BasePort");
            }
            basePort = port;
            return this;
        }

        public Builder portRange(int ports) {
            if (ports != portRange) {
                made("ports.PortRange");
            }
            portRange = ports;
            return this;
        }

        public Builder randomPorts(boolean allowed) {
            made("ports.AllowRandomPorts");
            allowRandomPorts = allowed;
            return this;
        }

        public Builder ipv6(Ipv6 versions) {
            made("ports.IPv6");
            ipv6 = versions;
            return this;
        }

        /** The usual addresses of the scope, IPv4 and IPv6, and its time to live. */
        public Builder scope(Scope scope) {
            return discoveryAddresses(scope.allAddresses()).ttl(scope.ttl());
        }

        public Builder discoveryAddresses(List<String> addresses) {
            made("multicast.Addresses");
            discoveryAddresses = addresses;
            return this;
        }

        public Builder ttl(int hops) {
            made("multicast.TTL");
            ttl = hops;
            return this;
        }

        public Builder listenAddress(String address) {
            made("multicast.ListenAddress");
            listenAddress = address;
            return this;
        }

        public Builder interfaces(List<String> addressesOrNames) {
            made("multicast.Interfaces");
            interfaces = addressesOrNames;
            return this;
        }

        public Builder knownPeers(List<String> peers) {
            made("lab.KnownPeers");
            knownPeers = peers;
            return this;
        }

        public Builder sessionId(String session) {
            made("lab.SessionID");
            sessionId = session;
            return this;
        }

        public Builder tuning(LslTuning numbers) {
            LslConfigReport.tuning(numbers).forEach((key, value) -> {
                if (!value.equals(LslConfigReport.tuning(tuning).get(key))) {
                    made(key);
                }
            });
            tuning = numbers;
            return this;
        }

        public Builder limits(LslLimits most) {
            made("limits");
            limits = most;
            return this;
        }

        public Builder trustedAdvertisedAddresses(List<String> addresses) {
            made("sinal.TrustedAdvertisedAddresses");
            trustedAdvertisedAddresses = addresses;
            return this;
        }

        Builder source(String where) {
            source = where;
            return this;
        }

        Builder remarks(List<String> about) {
            remarks = about;
            return this;
        }

        /** @throws IllegalArgumentException naming the key whose value is out of range */
        public LslConfig build() {
            return new LslConfig(
                    multicastPort,
                    basePort,
                    portRange,
                    allowRandomPorts,
                    ipv6,
                    discoveryAddresses,
                    ttl,
                    listenAddress,
                    interfaces,
                    knownPeers,
                    sessionId,
                    tuning,
                    limits,
                    trustedAdvertisedAddresses,
                    source,
                    origins,
                    remarks);
        }
    }
}
