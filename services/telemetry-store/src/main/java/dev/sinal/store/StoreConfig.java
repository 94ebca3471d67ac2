package dev.sinal.store;

import dev.sinal.runtime.Settings;
import java.time.Duration;

/**
 * Settings of the store, keys {@code store.*}.
 *
 * @param lanes write statements that may run at the same time; streams are spread over them
 * @param queueChunks chunks that may wait, all lanes together
 * @param queueBytes bytes that may wait, all lanes together
 * @param tick longest time that a first chunk waits for others before a statement is made of them; it waits half of what a commit takes
 * @param maxChunkBytes of one chunk
 * @param openReads long reads at the same time; each holds a connection
 * @param pageReads reads of a page at the same time, for which long reads leave room; each holds a connection
 * @param readIdle a long read that nobody continues for so long is closed
 * @param recentBytes of the newest chunks that are kept in memory for reads of the last rows; 0 = none
 * @param recentStreamBytes the same of one stream
 * @param maxPartitions most UTC days with samples
 * @param externalWrites transactions of writes of external agents at the same time; agents are spread over them
 * @param externalWaiting writes of external agents that may wait for the next transaction
 * @param compact whether hot rows are packed without being asked
 * @param compactAfter age of the youngest sample of a packed chunk of usual length
 * @param compactHold age, by arrival, at which rows are packed although they are few
 * @param compactDuty share of one core that packing may take
 * @param sqlWindow how far back plain rows for readers of SQL go; zero = none are kept
 * @param sqlRate streams of more samples a second are left out of them, Hz
 * @param retention samples older than this go, by whole UTC days; zero = none ever
 * @param unsafe start on a server that may lose committed samples ({@code database.unsafe})
 */
public record StoreConfig(
        int lanes,
        int queueChunks,
        long queueBytes,
        Duration tick,
        int maxChunkBytes,
        int openReads,
        int pageReads,
        Duration readIdle,
        long recentBytes,
        long recentStreamBytes,
        int maxPartitions,
        int externalWrites,
        int externalWaiting,
        boolean compact,
        Duration compactAfter,
        Duration compactHold,
        double compactDuty,
        Duration sqlWindow,
        double sqlRate,
        Duration retention,
        boolean unsafe) {
    private static final int MIB = 1 << 20;
    private static final String RETENTION = "store.retention";
    private static final String FOREVER = "forever";

    static StoreConfig from(Settings settings) {
        return new StoreConfig(
                settings.integer("store.lanes", 2, 1, 16),
                settings.integer("store.queueChunks", 8192, 8, 1_000_000),
                settings.longInteger("store.queueBytes", 64L * MIB, MIB, 4096L * MIB),
                settings.duration("store.tick", Duration.ofMillis(50), Duration.ZERO, Duration.ofSeconds(1)),
                settings.integer("store.maxChunkBytes", 16 * MIB, 64 * 1024, 64 * MIB),
                settings.integer("store.openReads", 8, 1, 100),
                settings.integer("store.pageReads", 8, 1, 100),
                settings.duration(
                        "store.readIdle", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                settings.longInteger("store.recentBytes", 32L * MIB, 0, 4096L * MIB),
                settings.longInteger("store.recentStreamBytes", MIB, 16_384, 64L * MIB),
                settings.integer("store.maxPartitions", 4000, 8, 4000),
                settings.integer("store.externalWrites", 2, 1, 16),
                settings.integer("store.externalWaiting", 1024, 1, 100_000),
                settings.flag("store.compact", true),
                settings.duration("store.compactAfter", Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(30)),
                settings.duration("store.compactHold", Duration.ofHours(2), Duration.ZERO, Duration.ofDays(30)),
                settings.decimal("store.compactDuty", 0.25, 0.01, 1),
                settings.duration("store.sqlWindow", Duration.ofMinutes(10), Duration.ZERO, Duration.ofHours(24)),
                settings.integer("store.sqlRate", 10, 1, 1_000),
                retention(settings),
                settings.flag("database.unsafe", false));
    }

    /** Not below the time in which everything is packed: only packed days expire. */
    private static Duration retention(Settings settings) {
        return FOREVER.equals(settings.textOrNull(RETENTION))
                ? Duration.ZERO
                : settings.duration(RETENTION, Duration.ZERO, Duration.ofDays(2), Duration.ofDays(36_500));
    }
}
