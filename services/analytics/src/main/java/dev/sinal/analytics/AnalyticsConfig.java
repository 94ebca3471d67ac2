package dev.sinal.analytics;

import dev.sinal.runtime.Settings;
import java.time.Duration;

/**
 * @param concurrency analyses that run at a time
 * @param queue analyses that wait; more are refused
 * @param maxValues most values of one analysis in memory
 * @param timeLimit longest read of one analysis
 * @param cacheTtl how long results stay
 * @param cacheBytes most memory of all results and the data behind them
 */
public record AnalyticsConfig(
        int concurrency, int queue, int maxValues, Duration timeLimit, Duration cacheTtl, long cacheBytes) {
    private static final long MIB = 1 << 20;

    static AnalyticsConfig from(Settings settings) {
        return new AnalyticsConfig(
                settings.integer("analytics.concurrency", 2, 1, 64),
                settings.integer("analytics.queue", 16, 0, 10_000),
                settings.integer("analytics.maxValues", 20_000_000, 1_000, 200_000_000),
                settings.duration(
                        "analytics.timeLimit", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofHours(1)),
                settings.duration(
                        "analytics.cacheTtl", Duration.ofSeconds(300), Duration.ofSeconds(1), Duration.ofDays(1)),
                settings.longInteger("analytics.cacheBytes", 128 * MIB, MIB, 64 * 1024 * MIB));
    }
}
