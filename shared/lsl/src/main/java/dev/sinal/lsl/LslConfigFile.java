package dev.sinal.lsl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code lsl_api.cfg}: INI text with the keys of the native library. Keys that do not concern us are skipped. */
final class LslConfigFile {
    private static final long MAX_BYTES = 1 << 20;

    private final Map<String, String> values = new HashMap<>();
    private final String source;

    private LslConfigFile(String source) {
        this.source = source;
    }

    static LslConfig load() {
        String named = System.getenv("LSLAPICFG");
        if (named != null && !named.isEmpty()) {
            return read(Path.of(named));
        }
        List<Path> usual = List.of(
                Path.of("lsl_api.cfg"),
                Path.of(System.getProperty("user.home", "."), "lsl_api", "lsl_api.cfg"),
                Path.of("/etc/lsl_api/lsl_api.cfg"));
        return usual.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .map(LslConfigFile::read)
                .orElseGet(LslConfig::defaults);
    }

    private static LslConfig read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new LslException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return parse(Files.readString(file, ISO_8859_1), file.toString());
        } catch (IOException unreadable) {
            throw new LslException("cannot read the LSL configuration " + file, unreadable);
        }
    }

    static LslConfig parse(String text, String source) {
        LslConfigFile file = new LslConfigFile(source);
        file.readLines(text);
        try {
            return file.config();
        } catch (IllegalArgumentException bad) {
            throw new LslException(source + ": " + bad.getMessage(), bad);
        }
    }

    private void readLines(String text) {
        String section = "";
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1).strip();
                continue;
            }
            int equals = line.indexOf('=');
            String value = equals < 0 ? "" : line.substring(equals + 1).strip();
            if (value.isEmpty()) {
                throw new LslException(source + ", line " + number + ": expected 'key = value'");
            }
            String key = section + "." + line.substring(0, equals).strip();
            if (values.put(key, value) != null) {
                throw new LslException(source + ", line " + number + ": " + key + " appears twice");
            }
        }
    }

    private LslConfig config() {
        LslConfig base = LslConfig.defaults();
        LslConfig.Scope scope = scope();
        List<String> addresses = new ArrayList<>();
        for (LslConfig.Scope each : LslConfig.Scope.values()) {
            if (each.compareTo(scope) <= 0) {
                addresses.addAll(set("multicast." + word(each) + "Addresses", each.ownAddresses()));
            }
        }
        return new LslConfig(
                integer("ports.MulticastPort", base.multicastPort()),
                integer("ports.BasePort", base.basePort()),
                integer("ports.PortRange", base.portRange()),
                "1".equals(values.getOrDefault("ports.AllowRandomPorts", "1")),
                set("multicast.AddressesOverride", addresses),
                integer("multicast.TTLOverride", scope.ttl()),
                values.getOrDefault("multicast.ListenAddress", ""),
                set("multicast.Interfaces", List.of()),
                set("lab.KnownPeers", List.of()),
                values.getOrDefault("lab.SessionID", base.sessionId()),
                tuning(base.tuning()),
                base.limits(),
                source);
    }

    private LslTuning tuning(LslTuning base) {
        return new LslTuning(
                integer("tuning.UseProtocolVersion", base.useProtocolVersion()),
                seconds("tuning.WatchdogTimeThreshold", base.watchdogTimeThreshold()),
                seconds("tuning.WatchdogCheckInterval", base.watchdogCheckInterval()),
                seconds("tuning.MulticastMinRTT", base.multicastMinRtt()),
                seconds("tuning.MulticastMaxRTT", base.multicastMaxRtt()),
                seconds("tuning.UnicastMinRTT", base.unicastMinRtt()),
                seconds("tuning.UnicastMaxRTT", base.unicastMaxRtt()),
                seconds("tuning.ContinuousResolveInterval", base.continuousResolveInterval()),
                integer("tuning.MaxCachedQueries", base.maxCachedQueries()),
                seconds("tuning.TimeUpdateInterval", base.timeUpdateInterval()),
                integer("tuning.TimeUpdateMinProbes", base.timeUpdateMinProbes()),
                integer("tuning.TimeProbeCount", base.timeProbeCount()),
                seconds("tuning.TimeProbeInterval", base.timeProbeInterval()),
                seconds("tuning.TimeProbeMaxRTT", base.timeProbeMaxRtt()),
                seconds("tuning.SmoothingHalftime", base.smoothingHalftime()),
                "1".equals(values.getOrDefault("tuning.ForceDefaultTimestamps", "0")),
                integer("tuning.SendSocketBufferSize", base.sendSocketBufferSize()),
                integer("tuning.ReceiveSocketBufferSize", base.receiveSocketBufferSize()));
    }

    private Duration seconds(String key, Duration absent) {
        String value = values.get(key);
        try {
            return value == null ? absent : Duration.ofNanos(Math.round(Double.parseDouble(value) * 1e9));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(key + " must be a number of seconds, was " + value, malformed);
        }
    }

    private LslConfig.Scope scope() {
        String word = values.getOrDefault("multicast.ResolveScope", "site");
        try {
            return LslConfig.Scope.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "multicast.ResolveScope must be machine, link, site, organization or global, was " + word, unknown);
        }
    }

    private static String word(LslConfig.Scope scope) {
        return scope.name().charAt(0) + scope.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private int integer(String key, int absent) {
        String value = values.get(key);
        try {
            return value == null ? absent : Integer.parseInt(value);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(key + " must be a whole number, was " + value, malformed);
        }
    }

    private List<String> set(String key, List<String> absent) {
        @Nullable String value = values.get(key);
        if (value == null) {
            return absent;
        }
        if (!value.startsWith("{") || !value.endsWith("}")) {
            throw new IllegalArgumentException(key + " must be written {a, b, c}, was " + value);
        }
        List<String> items = new ArrayList<>();
        for (String item : value.substring(1, value.length() - 1).split(",", -1)) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }
}
