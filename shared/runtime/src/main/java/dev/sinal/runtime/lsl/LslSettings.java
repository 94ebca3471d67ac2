package dev.sinal.runtime.lsl;

import dev.sinal.lsl.LslConfig;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code lsl}: what it changes about the file of the native library ({@code LSLAPICFG}). One reader for all who
 * speak LSL, so that a node's collectors find its simulator.
 *
 * @param loopback nothing leaves this machine; the file, where one is named, wins
 * @param multicastPort null = unchanged, as all others
 * @param backend who speaks LSL for the collectors
 * @param library path of the native library, null = {@code SINAL_LIBLSL}, else the usual places
 */
public record LslSettings(
        boolean loopback,
        @Nullable Integer multicastPort,
        @Nullable Integer basePort,
        @Nullable Integer portRange,
        LslConfig.@Nullable Scope scope,
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
                scope(settings),
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
        config = config.withPorts(
                multicastPort == null ? config.multicastPort() : multicastPort,
                basePort == null ? config.basePort() : basePort,
                portRange == null ? config.portRange() : portRange);
        config = scope == null ? config : config.withScope(scope);
        config = knownPeers == null ? config : config.withKnownPeers(knownPeers);
        config = interfaces == null ? config : config.withInterfaces(interfaces);
        return sessionId == null ? config : config.withSessionId(sessionId);
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

    private static LslConfig.@Nullable Scope scope(Settings settings) {
        String text = settings.textOrNull("lsl.scope");
        if (text == null) {
            return null;
        }
        try {
            return LslConfig.Scope.valueOf(text.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "lsl.scope", "must be machine, link, site, organization or global, was '" + text + "'");
        }
    }
}
