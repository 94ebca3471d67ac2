package dev.sinal.agents;

import dev.sinal.runtime.Settings;
import java.time.Duration;

/**
 * Section {@code agents}.
 *
 * @param poolSize connections to the database
 * @param silence how long a collector may say nothing before its agents count as uncollected
 * @param maxAgents most agents there may be
 * @param logQueue most log rows that wait for the store; the oldest is dropped beyond
 */
public record AgentsConfig(int poolSize, Duration silence, int maxAgents, int logQueue) {
    static AgentsConfig from(Settings settings) {
        return new AgentsConfig(
                settings.integer("agents.poolSize", 3, 1, 32),
                settings.duration(
                        "agents.silence", Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(10)),
                settings.integer("agents.maxAgents", 1000, 1, 10_000),
                settings.integer("agents.logQueue", 1000, 1, 100_000));
    }
}
