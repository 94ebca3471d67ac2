package dev.sinal.lsl.jna;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslTuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Our settings as the text of an {@code lsl_api.cfg}. */
final class ConfigText {
    private ConfigText() {}

    static String of(LslConfig config) {
        LslTuning tuning = config.tuning();
        StringBuilder text = new StringBuilder(800).append("[ports]\n");
        line(text, "MulticastPort", config.multicastPort());
        line(text, "BasePort", config.basePort());
        line(text, "PortRange", config.portRange());
        line(text, "AllowRandomPorts", config.allowRandomPorts() ? 1 : 0);
        line(text, "IPv6", config.ipv6().name().toLowerCase(Locale.ROOT));
        text.append("[multicast]\n");
        line(text, "AddressesOverride", set(config.discoveryAddresses()));
        line(text, "TTLOverride", config.ttl());
        line(text, "ListenAddress", config.listenAddress());
        line(text, "Interfaces", set(config.interfaces()));
        text.append("[lab]\n");
        line(
                text,
                "KnownPeers",
                set(config.knownPeers().stream().map(ConfigText::host).toList()));
        line(text, "SessionID", config.sessionId());
        text.append("[tuning]\n");
        line(text, "UseProtocolVersion", tuning.useProtocolVersion());
        line(text, "WatchdogTimeThreshold", seconds(tuning.watchdogTimeThreshold()));
        line(text, "WatchdogCheckInterval", seconds(tuning.watchdogCheckInterval()));
        line(text, "MulticastMinRTT", seconds(tuning.multicastMinRtt()));
        line(text, "MulticastMaxRTT", seconds(tuning.multicastMaxRtt()));
        line(text, "UnicastMinRTT", seconds(tuning.unicastMinRtt()));
        line(text, "UnicastMaxRTT", seconds(tuning.unicastMaxRtt()));
        line(text, "ContinuousResolveInterval", seconds(tuning.continuousResolveInterval()));
        line(text, "MaxCachedQueries", tuning.maxCachedQueries());
        line(text, "TimeUpdateInterval", seconds(tuning.timeUpdateInterval()));
        line(text, "TimeUpdateMinProbes", tuning.timeUpdateMinProbes());
        line(text, "TimeProbeCount", tuning.timeProbeCount());
        line(text, "TimeProbeInterval", seconds(tuning.timeProbeInterval()));
        line(text, "TimeProbeMaxRTT", seconds(tuning.timeProbeMaxRtt()));
        line(text, "SmoothingHalftime", seconds(tuning.smoothingHalftime()));
        line(text, "ForceDefaultTimestamps", tuning.forceDefaultTimestamps() ? 1 : 0);
        line(text, "SendSocketBufferSize", tuning.sendSocketBufferSize());
        line(text, "ReceiveSocketBufferSize", tuning.receiveSocketBufferSize());
        text.append("[log]\n");
        line(text, "level", -2);
        return text.toString();
    }

    /** A key with an empty value makes the native library refuse the whole text. */
    private static void line(StringBuilder text, String key, Object value) {
        String shown = value.toString();
        if (!shown.isEmpty()) {
            text.append(key).append(" = ").append(shown).append('\n');
        }
    }

    /** The native library asks known peers on the whole port range and understands no port of theirs. */
    private static String host(String peer) {
        return peer.matches("[^:]+:\\d+") ? peer.substring(0, peer.indexOf(':')) : peer;
    }

    private static String set(List<String> values) {
        return values.isEmpty() ? "" : "{" + String.join(", ", values) + "}";
    }

    private static String seconds(Duration time) {
        return Double.toString(time.toNanos() / 1e9);
    }

    /** The lines of {@code wanted} that {@code there} has not. */
    static String difference(String there, String wanted) {
        List<String> lines = new ArrayList<>(wanted.lines().toList());
        lines.removeAll(there.lines().toList());
        List<String> surplus = new ArrayList<>(there.lines().toList());
        surplus.removeAll(wanted.lines().toList());
        return "wanted " + lines + ", there is " + surplus;
    }
}
