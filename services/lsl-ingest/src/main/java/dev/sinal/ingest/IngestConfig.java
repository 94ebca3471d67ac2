package dev.sinal.ingest;

import dev.sinal.ingest.sql.AgentLeases;
import dev.sinal.lsl.LslConfig;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.sql.Database;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sections {@code ingest} and {@code lsl}.
 *
 * @param logMaxBytes bound of the durable log; 0 = 2 GiB or 20 % of its volume, whichever is less
 * @param logMinFreeBytes left to others on its volume; -1 = 64 MiB or 5 % of it, whichever is less
 * @param leaseTtl how long an agent stays ours without renewal
 * @param drainWait how long a stop waits for the store
 * @param lsl null = as the file of the native library says, read at start
 */
public record IngestConfig(
        Database database,
        long logMaxBytes,
        long logMinFreeBytes,
        Duration leaseTtl,
        Duration drainWait,
        LslSettings lsl) {

    /**
     * What section {@code lsl} changes about the file of the native library ({@code LSLAPICFG}).
     *
     * @param loopback nothing leaves this machine; the file, where one is named, wins
     * @param multicastPort null = unchanged, as all others
     */
    record LslSettings(
            boolean loopback,
            @Nullable Integer multicastPort,
            @Nullable Integer basePort,
            @Nullable Integer portRange,
            LslConfig.@Nullable Scope scope,
            @Nullable List<String> knownPeers,
            @Nullable List<String> interfaces,
            @Nullable String sessionId) {
        /** Reads the file: not for event loops. @throws LslException naming what is wrong with it */
        LslConfig resolve(@Nullable String lslApiCfg) {
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
    }

    static IngestConfig from(Settings settings) {
        return new IngestConfig(
                Database.from(settings),
                settings.longInteger("ingest.log.maxBytes", 0, 0, Long.MAX_VALUE),
                settings.longInteger("ingest.log.minFreeBytes", -1, -1, Long.MAX_VALUE),
                settings.duration("ingest.leaseTtl", AgentLeases.TTL, Duration.ofSeconds(5), Duration.ofMinutes(2)),
                settings.duration("ingest.drainWait", Duration.ofSeconds(3), Duration.ZERO, Duration.ofSeconds(8)),
                lsl(settings));
    }

    private static LslSettings lsl(Settings settings) {
        return new LslSettings(
                settings.flag("lsl.loopback", false),
                port(settings, "lsl.multicastPort", 65_535),
                port(settings, "lsl.basePort", 65_535),
                port(settings, "lsl.portRange", 4_096),
                scope(settings),
                listOrNull(settings, "lsl.knownPeers"),
                listOrNull(settings, "lsl.interfaces"),
                settings.textOrNull("lsl.sessionId"));
    }

    private static @Nullable Integer port(Settings settings, String key, int most) {
        return settings.textOrNull(key) == null ? null : settings.integer(key, 1, 1, most);
    }

    private static @Nullable List<String> listOrNull(Settings settings, String key) {
        return settings.textOrNull(key) == null ? null : settings.list(key, List.of());
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
