package dev.sinal.ingest;

import dev.sinal.ingest.sql.AgentLeases;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.lsl.LslSettings;
import dev.sinal.runtime.sql.Database;
import java.time.Duration;

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

    static IngestConfig from(Settings settings) {
        return new IngestConfig(
                Database.from(settings),
                settings.longInteger("ingest.log.maxBytes", 0, 0, Long.MAX_VALUE),
                settings.longInteger("ingest.log.minFreeBytes", -1, -1, Long.MAX_VALUE),
                settings.duration("ingest.leaseTtl", AgentLeases.TTL, Duration.ofSeconds(5), Duration.ofMinutes(2)),
                settings.duration("ingest.drainWait", Duration.ofSeconds(3), Duration.ZERO, Duration.ofSeconds(8)),
                LslSettings.from(settings));
    }
}
