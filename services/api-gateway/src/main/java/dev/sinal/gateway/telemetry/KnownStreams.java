package dev.sinal.gateway.telemetry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sinal.contracts.StreamDescriptor;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest descriptors of agents' streams for a second, so that readers who ask page by page do not have them looked up each time. Only for telling what a name means:
 * who does not find it here looks again. An agent without streams is not remembered. Any thread.
 */
final class KnownStreams {
    /** For so long a stream that came since may be missing. */
    static final Duration LIFE = Duration.ofSeconds(1);

    /** Of all remembered descriptors together; beyond, those that nobody asked for lately are forgotten. */
    static final int MOST_CHANNELS = 100_000;

    private final Cache<String, List<StreamDescriptor>> agents;

    KnownStreams() {
        this(Ticker.systemTicker());
    }

    KnownStreams(Ticker ticker) {
        agents = Caffeine.newBuilder()
                .ticker(ticker)
                .expireAfterWrite(LIFE)
                .maximumWeight(MOST_CHANNELS)
                .weigher((String agent, List<StreamDescriptor> streams) ->
                        streams.stream().mapToInt(s -> 4 + s.channels().size()).sum())
                .build();
    }

    /** @return null when they have to be looked up */
    @Nullable
    List<StreamDescriptor> of(String agentId) {
        return agents.getIfPresent(agentId);
    }

    void put(String agentId, List<StreamDescriptor> streams) {
        if (!streams.isEmpty()) {
            agents.put(agentId, List.copyOf(streams));
        }
    }

    /** Remembered now. */
    long size() {
        agents.cleanUp();
        return agents.estimatedSize();
    }
}
