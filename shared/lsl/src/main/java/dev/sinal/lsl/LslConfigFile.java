package dev.sinal.lsl;

import dev.sinal.lsl.LslConfig.Ipv6;
import dev.sinal.lsl.LslConfig.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code lsl_api.cfg}: INI text with the keys of the native library. Keys of the native library that have no meaning here, and keys
 * nobody knows, become remarks; a value that cannot be understood is an error with source, line and key.
 */
final class LslConfigFile {
    private static final Logger LOG = LoggerFactory.getLogger(LslConfigFile.class);
    private static final long MAX_BYTES = 1 << 20;
    private static final int MOST_WARNINGS = 256;
    private static final Set<String> WARNED = new HashSet<>();

    /** Why keys of the native library have no effect here. */
    private static final Map<String, String> WITHOUT_EFFECT = Map.of(
            "log.level", "the application's logging decides",
            "log.file", "the application's logging decides",
            "tuning.OutletBufferReserveMs", "nothing is allocated ahead",
            "tuning.OutletBufferReserveSamples", "nothing is allocated ahead",
            "tuning.InletBufferReserveMs", "nothing is allocated ahead",
            "tuning.InletBufferReserveSamples", "nothing is allocated ahead");

    private static final Set<String> FLAGS = Set.of("ports.AllowRandomPorts", "tuning.ForceDefaultTimestamps");

    private record Entry(String value, int line) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();
    private final String source;
    private final LslConfig.Builder builder;

    private LslConfigFile(String source) {
        this.source = source;
        this.builder = LslConfig.builder().source(source);
    }

    static LslConfig load(@Nullable Path preferred) {
        String named = System.getenv("LSLAPICFG");
        if (named != null && !named.isEmpty()) {
            return read(Path.of(named));
        }
        if (preferred != null) {
            return read(preferred);
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
            return parse(text(Files.readAllBytes(file)), file.toString());
        } catch (IOException unreadable) {
            throw new LslException("cannot read the LSL configuration " + file, unreadable);
        }
    }

    /** UTF-8 if it is that, else Latin-1, which any bytes are. */
    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException other) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    static LslConfig parse(String text, String source) {
        LslConfigFile file = new LslConfigFile(source);
        file.readLines(text.startsWith("\ufeff") ? text.substring(1) : text);
        try {
            return file.config();
        } catch (IllegalArgumentException bad) {
            throw new LslException(
                    source + file.lineOf(String.valueOf(bad.getMessage())) + ": " + bad.getMessage(), bad);
        }
    }

    /** Messages about values start with the key. */
    private String lineOf(String message) {
        Entry entry = entries.get(message.split(" ", 2)[0]);
        return entry == null ? "" : ", line " + entry.line();
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
            String name = (equals < 0 ? line : line.substring(0, equals)).strip();
            String key = section + "." + name;
            String value = equals < 0 ? "" : line.substring(equals + 1).strip();
            if (name.isEmpty() || value.isEmpty()) {
                throw new LslException(source + ", line " + number + ": expected 'key = value', found '" + line + "'");
            }
            Entry before = entries.putIfAbsent(key, new Entry(value, number));
            if (before != null) {
                throw new LslException(
                        source + ", line " + number + ": " + key + " was set in line " + before.line() + " already");
            }
        }
    }

    private LslConfig config() {
        if (has("ports.MulticastPort")) {
            builder.multicastPort(integer("ports.MulticastPort", 0));
        }
        if (has("ports.BasePort")) {
            builder.basePort(integer("ports.BasePort", 0));
        }
        if (has("ports.PortRange")) {
            builder.portRange(integer("ports.PortRange", 0));
        }
        if (has("ports.AllowRandomPorts")) {
            builder.randomPorts(flag("ports.AllowRandomPorts", true));
        }
        if (has("ports.IPv6")) {
            builder.ipv6(word("ports.IPv6", Ipv6.class));
        }
        addresses();
        if (has("multicast.ListenAddress")) {
            builder.listenAddress(value("multicast.ListenAddress", ""));
        }
        if (has("multicast.Interfaces")) {
            builder.interfaces(set("multicast.Interfaces", List.of()));
        }
        if (has("lab.KnownPeers")) {
            builder.knownPeers(set("lab.KnownPeers", List.of()));
        }
        if (has("lab.SessionID")) {
            builder.sessionId(value("lab.SessionID", ""));
        }
        if (has("sinal.TrustedAdvertisedAddresses")) {
            builder.trustedAdvertisedAddresses(set("sinal.TrustedAdvertisedAddresses", List.of()));
        }
        LslTuning tuning = tuning(LslTuning.defaults());
        builder.tuning(tuning);
        entries.forEach((key, entry) -> {
            if (key.startsWith("tuning.")) {
                builder.origin(key, at(entry));
            }
        });
        return builder.remarks(remarks()).build();
    }

    private void addresses() {
        String scopeKey = "multicast.ResolveScope";
        boolean set = has(scopeKey);
        String origin = at(entries.get(scopeKey));
        Scope scope = set ? word(scopeKey, Scope.class) : Scope.SITE;
        String group = value("multicast.IPv6MulticastGroup", LslConfig.IPV6_GROUP);
        List<String> addresses = new ArrayList<>();
        List<String> ipv6 = new ArrayList<>();
        for (Scope each : Scope.values()) {
            String key = "multicast." + each.name().charAt(0)
                    + each.name().substring(1).toLowerCase(Locale.ROOT) + "Addresses";
            set |= has(key) && each.compareTo(scope) <= 0;
            List<String> own = set(key, each.ownAddresses());
            if (each.compareTo(scope) <= 0) {
                addresses.addAll(own);
                ipv6.addAll(each.ownIpv6(group));
            }
        }
        addresses.addAll(ipv6);
        List<String> override = set("multicast.AddressesOverride", List.of());
        Entry overridden = entries.get("multicast.AddressesOverride");
        if (!override.isEmpty()) {
            builder.origin(at(overridden)).discoveryAddresses(override);
        } else if (set || has("multicast.IPv6MulticastGroup")) {
            builder.origin(entries.containsKey(scopeKey) ? origin : source).discoveryAddresses(addresses);
        }
        int ttl = integer("multicast.TTLOverride", -1);
        if (ttl != -1) {
            builder.origin(at(entries.get("multicast.TTLOverride"))).ttl(ttl);
        } else if (entries.containsKey(scopeKey)) {
            builder.origin(origin).ttl(scope.ttl());
        }
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
                flag("tuning.ForceDefaultTimestamps", false),
                integer("tuning.SendSocketBufferSize", base.sendSocketBufferSize()),
                integer("tuning.ReceiveSocketBufferSize", base.receiveSocketBufferSize()));
    }

    /** What is in the file and does nothing; the unknown is also told to the log, once. */
    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        entries.forEach((key, entry) -> {
            String reason = WITHOUT_EFFECT.get(key);
            if (reason != null) {
                remarks.add(key + " = " + entry.value() + " has no effect: " + reason + " (" + at(entry) + ")");
            } else if (!used.contains(key)) {
                remarks.add(key + " is not known (" + at(entry) + ")");
                if (firstTime(source + " " + key)) {
                    LOG.warn("unknown key in the LSL configuration: key={} at={}", key, at(entry));
                }
            } else if (FLAGS.contains(key)
                    && !entry.value().equals("0")
                    && !entry.value().equals("1")) {
                remarks.add(key + " = " + entry.value() + " means 0, only 1 is true (" + at(entry) + ")");
            }
        });
        return remarks;
    }

    private static boolean firstTime(String warning) {
        synchronized (WARNED) {
            return WARNED.size() < MOST_WARNINGS && WARNED.add(warning);
        }
    }

    private String at(@Nullable Entry entry) {
        return entry == null ? source : source + ", line " + entry.line();
    }

    /** Whether the file sets it; if so what follows is noted as the file's doing. */
    private boolean has(String key) {
        Entry entry = entries.get(key);
        if (entry != null) {
            used.add(key);
            builder.origin(at(entry));
        }
        return entry != null;
    }

    private String value(String key, String absent) {
        used.add(key);
        Entry entry = entries.get(key);
        return entry == null ? absent : entry.value();
    }

    /** As the native library reads it: 1 is true, anything else is not. */
    private boolean flag(String key, boolean absent) {
        return "1".equals(value(key, absent ? "1" : "0"));
    }

    private Duration seconds(String key, Duration absent) {
        String value = value(key, "");
        try {
            double seconds = value.isEmpty() ? 0 : Double.parseDouble(value);
            if (!(seconds >= 0 && seconds <= 1e6)) {
                throw new IllegalArgumentException(key + " must be 0 to 1000000 seconds, was " + value);
            }
            return value.isEmpty() ? absent : Duration.ofNanos(Math.round(seconds * 1e9));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(key + " must be a number of seconds, was " + value, malformed);
        }
    }

    private <E extends Enum<E>> E word(String key, Class<E> words) {
        String value = value(key, "");
        for (E each : words.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(value)) {
                return each;
            }
        }
        String all = String.join(
                ", ",
                List.of(words.getEnumConstants()).stream()
                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                        .toList());
        throw new IllegalArgumentException(key + " must be one of " + all + ", was " + value);
    }

    private int integer(String key, int absent) {
        String value = value(key, "");
        try {
            return value.isEmpty() ? absent : Integer.parseInt(value);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(key + " must be a whole number, was " + value, malformed);
        }
    }

    private List<String> set(String key, List<String> absent) {
        String value = value(key, "");
        if (value.isEmpty()) {
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
