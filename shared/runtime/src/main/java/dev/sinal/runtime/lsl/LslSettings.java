package dev.sinal.runtime.lsl;

import dev.sinal.lsl.LslConfig;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code lsl}: what it changes about the file of the native library ({@code LSLAPICFG}). One reader for all who
 * speak LSL, so that a node's collectors find its simulator.
 *
 * @param loopback nothing leaves this machine; the file, where one is named, wins
 * @param multicastPort null = unchanged, as all others
 * @param ipv6 allow, disable or force
 * @param backend who speaks LSL for the collectors
 * @param library path of the native library, null = {@code SINAL_LIBLSL}, else the usual places
 */
public record LslSettings(
        boolean loopback,
        @Nullable Integer multicastPort,
        @Nullable Integer basePort,
        @Nullable Integer portRange,
        LslConfig.@Nullable Scope scope,
        LslConfig.@Nullable Ipv6 ipv6,
        @Nullable List<String> knownPeers,
        @Nullable List<String> interfaces,
        @Nullable String sessionId,
        Backend backend,
        @Nullable String library) {
    /** Which implementation of the protocol. */
    public enum Backend {
        JAVA,
        NATIVE
    }

    public LslSettings {
        knownPeers = knownPeers == null ? null : List.copyOf(knownPeers);
        interfaces = interfaces == null ? null : List.copyOf(interfaces);
    }

    public static LslSettings from(Settings settings) {
        return new LslSettings(
                settings.flag("lsl.loopback", false),
                port(settings, "lsl.multicastPort", 65_535),
                port(settings, "lsl.basePort", 65_535),
                port(settings, "lsl.portRange", 4_096),
                word(settings, "lsl.scope", LslConfig.Scope.class),
                word(settings, "lsl.ipv6", LslConfig.Ipv6.class),
                listOrNull(settings, "lsl.knownPeers"),
                listOrNull(settings, "lsl.interfaces"),
                settings.textOrNull("lsl.sessionId"),
                backend(settings),
                settings.textOrNull("lsl.library"));
    }

    /**
     * Reads the file: not for event loops.
     *
     * @param lslApiCfg value of the environment variable {@code LSLAPICFG}
     * @throws dev.sinal.lsl.LslException naming what is wrong with the file
     */
    public LslConfig resolve(@Nullable String lslApiCfg) {
        boolean named = lslApiCfg != null && !lslApiCfg.isEmpty();
        LslConfig config = loopback && !named ? LslConfig.loopback() : LslConfig.load();
        LslConfig.Builder builder = config.toBuilder();
        apply(multicastPort, port -> builder.origin("setting lsl.multicastPort").multicastPort(port));
        apply(basePort, port -> builder.origin("setting lsl.basePort").basePort(port));
        apply(portRange, ports -> builder.origin("setting lsl.portRange").portRange(ports));
        apply(scope, reach -> builder.origin("setting lsl.scope").scope(reach));
        apply(ipv6, versions -> builder.origin("setting lsl.ipv6").ipv6(versions));
        apply(knownPeers, peers -> builder.origin("setting lsl.knownPeers").knownPeers(peers));
        apply(interfaces, chosen -> builder.origin("setting lsl.interfaces").interfaces(chosen));
        apply(sessionId, session -> builder.origin("setting lsl.sessionId").sessionId(session));
        try {
            return builder.build();
        } catch (IllegalArgumentException bad) {
            throw new ConfigException("lsl", String.valueOf(bad.getMessage()));
        }
    }

    private static <T> void apply(@Nullable T value, Consumer<T> setting) {
        if (value != null) {
            setting.accept(value);
        }
    }

    private static @Nullable Integer port(Settings settings, String key, int most) {
        return settings.textOrNull(key) == null ? null : settings.integer(key, 1, 1, most);
    }

    private static @Nullable List<String> listOrNull(Settings settings, String key) {
        return settings.textOrNull(key) == null ? null : settings.list(key, List.of());
    }

    private static Backend backend(Settings settings) {
        String text = settings.text("lsl.backend", "java");
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "java" -> Backend.JAVA;
            case "native" -> Backend.NATIVE;
            default -> throw new ConfigException("lsl.backend", "must be java or native, was '" + text + "'");
        };
    }

    private static <E extends Enum<E>> @Nullable E word(Settings settings, String key, Class<E> words) {
        String text = settings.textOrNull(key);
        if (text == null) {
            return null;
        }
        List<E> all = List.of(words.getEnumConstants());
        return all.stream()
                .filter(each -> each.name().equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        key,
                        "must be one of "
                                + all.stream()
                                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))
                                + ", was '" + text + "'"));
    }
}
