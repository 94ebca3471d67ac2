package dev.sinal.lsl;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A configuration as a table for people. */
final class LslConfigReport {
    private LslConfigReport() {}

    static String of(LslConfig config) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("ports.MulticastPort", Integer.toString(config.multicastPort()));
        rows.put("ports.BasePort", Integer.toString(config.basePort()));
        rows.put("ports.PortRange", Integer.toString(config.portRange()));
        rows.put("ports.AllowRandomPorts", flag(config.allowRandomPorts()));
        rows.put("ports.IPv6", config.ipv6().name().toLowerCase(Locale.ROOT));
        rows.put("multicast.Addresses", set(config.discoveryAddresses()));
        rows.put("multicast.TTL", Integer.toString(config.ttl()));
        rows.put("multicast.ListenAddress", config.listenAddress().isEmpty() ? "all" : config.listenAddress());
        rows.put("multicast.Interfaces", config.interfaces().isEmpty() ? "all" : set(config.interfaces()));
        rows.put("lab.KnownPeers", set(config.knownPeers()));
        rows.put("lab.SessionID", config.sessionId());
        rows.putAll(tuning(config.tuning()));
        rows.put("limits", config.limits().equals(LslLimits.defaults()) ? "default" : limits(config.limits()));
        rows.put("sinal.TrustedAdvertisedAddresses", set(config.trustedAdvertisedAddresses()));
        StringBuilder table = new StringBuilder("LSL configuration from ")
                .append(config.source())
                .append('\n');
        rows.forEach((key, value) -> table.append(String.format(
                "  %-32s = %-24s (%s)%n", key, value, config.origins().getOrDefault(key, "default"))));
        if (config.ipv6() != LslConfig.Ipv6.DISABLE && Boolean.getBoolean("java.net.preferIPv4Stack")) {
            table.append(
                    "  This Java was started without IPv6 (java.net.preferIPv4Stack): ports.IPv6 has no effect.\n");
        }
        if (!config.tuning().multicastMaxRtt().equals(LslTuning.defaults().multicastMaxRtt())
                || !config.tuning().unicastMaxRtt().equals(LslTuning.defaults().unicastMaxRtt())) {
            table.append(
                    "  The sockets of a search stay open while it lasts: MulticastMaxRTT and UnicastMaxRTT have no effect.\n");
        }
        config.remarks().forEach(remark -> table.append("  ").append(remark).append('\n'));
        return table.toString();
    }

    /** By the keys of {@code lsl_api.cfg}, in its units. */
    static Map<String, String> tuning(LslTuning tuning) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("tuning.UseProtocolVersion", Integer.toString(tuning.useProtocolVersion()));
        rows.put("tuning.WatchdogTimeThreshold", seconds(tuning.watchdogTimeThreshold()));
        rows.put("tuning.WatchdogCheckInterval", seconds(tuning.watchdogCheckInterval()));
        rows.put("tuning.MulticastMinRTT", seconds(tuning.multicastMinRtt()));
        rows.put("tuning.MulticastMaxRTT", seconds(tuning.multicastMaxRtt()));
        rows.put("tuning.UnicastMinRTT", seconds(tuning.unicastMinRtt()));
        rows.put("tuning.UnicastMaxRTT", seconds(tuning.unicastMaxRtt()));
        rows.put("tuning.ContinuousResolveInterval", seconds(tuning.continuousResolveInterval()));
        rows.put("tuning.MaxCachedQueries", Integer.toString(tuning.maxCachedQueries()));
        rows.put("tuning.TimeUpdateInterval", seconds(tuning.timeUpdateInterval()));
        rows.put("tuning.TimeUpdateMinProbes", Integer.toString(tuning.timeUpdateMinProbes()));
        rows.put("tuning.TimeProbeCount", Integer.toString(tuning.timeProbeCount()));
        rows.put("tuning.TimeProbeInterval", seconds(tuning.timeProbeInterval()));
        rows.put("tuning.TimeProbeMaxRTT", seconds(tuning.timeProbeMaxRtt()));
        rows.put("tuning.SmoothingHalftime", seconds(tuning.smoothingHalftime()));
        rows.put("tuning.ForceDefaultTimestamps", flag(tuning.forceDefaultTimestamps()));
        rows.put("tuning.SendSocketBufferSize", Integer.toString(tuning.sendSocketBufferSize()));
        rows.put("tuning.ReceiveSocketBufferSize", Integer.toString(tuning.receiveSocketBufferSize()));
        return rows;
    }

    private static String limits(LslLimits limits) {
        String all = limits.toString();
        return all.substring(all.indexOf('['));
    }

    private static String flag(boolean on) {
        return on ? "1" : "0";
    }

    private static String set(List<String> items) {
        return "{" + String.join(", ", items) + "}";
    }

    private static String seconds(Duration time) {
        return Double.toString(time.toNanos() / 1e9).replaceAll("\\.0$", "");
    }
}
