package dev.sinal.runtime.live;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentIds;
import dev.sinal.contracts.LiveTelemetry;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Watch;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.live.SampleView;
import dev.sinal.contracts.live.TelemetryJson;
import dev.sinal.runtime.Proxies;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer of live frames uses one of these to publish the same samples as ACP messages, for the agents that somebody watches. Any producer may be asked to
 * watch; it tells all. A producer shows only what it produced, so that a sample appears once. What nobody watches costs a look into a map.
 *
 * <p>Viewers never slow recording: beyond {@link #MOST_VALUES} a second, messages are left out and counted. Confined to the event loop that starts it.
 */
public final class WatchedTelemetry implements LiveTelemetry {
    /** Agents watched at the same time. */
    public static final int MOST_AGENTS = 1_024;
    /** Values a second that become JSON: some tenth of a core. */
    public static final int MOST_VALUES = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(WatchedTelemetry.class);
    /** Values of one message; longer blocks become several. */
    private static final int MESSAGE_VALUES = 8_192;

    private static final long SWEEP_MS = 1_000;

    private final Vertx vertx;
    private final String node;
    private final Watched watched = new Watched(MOST_AGENTS);
    private final ValueBudget budget = new ValueBudget(MOST_VALUES, System.nanoTime());
    private final Counter published;
    private final Counter dropped;
    private final Counter refused;
    private @Nullable MessageConsumer<JsonObject> told;
    private @Nullable MessageConsumer<JsonObject> asked;
    private long sweep = -1;

    /** @param node its name, the source of the messages @param part of the suite that produces, for the metrics */
    public WatchedTelemetry(Vertx vertx, String node, String part, MeterRegistry metrics) {
        this.vertx = vertx;
        this.node = node;
        Gauge.builder("sinal.live.watched", watched, Watched::size)
                .tag("part", part)
                .description("agents whose samples are published as ACP messages")
                .register(metrics);
        this.published = metrics.counter("sinal.live.acp.published", "part", part);
        this.dropped = metrics.counter("sinal.live.acp.dropped", "part", part);
        this.refused = metrics.counter("sinal.live.watch.refused", "part", part);
    }

    public Future<Void> start() {
        MessageConsumer<JsonObject> notices =
                vertx.eventBus().consumer(Addresses.LIVE_WATCHES, message -> heard(message.body()));
        MessageConsumer<JsonObject> calls = Proxies.serve(vertx, LiveTelemetry.class, Addresses.LIVE_TELEMETRY, this);
        told = notices;
        asked = calls;
        sweep = vertx.setPeriodic(SWEEP_MS, tick -> watched.forget(System.nanoTime()));
        return Future.all(notices.completion(), calls.completion()).mapEmpty();
    }

    public Future<Void> stop() {
        vertx.cancelTimer(sweep);
        return Proxies.retire(
                vertx, Stream.of(asked, told).filter(Objects::nonNull).toList());
    }

    @Override
    public Future<Watch> watch(String agentId, int ttlS) {
        if (!AgentIds.wellFormed(agentId)) {
            return RpcError.NOT_FOUND.fail(
                    "no agent has the id '" + shortened(agentId) + "': ids are " + AgentIds.FORM);
        }
        if (ttlS < 1 || ttlS > MAX_TTL_S) {
            return Future.failedFuture(
                    RpcError.invalid("/ttlS", "ttlS must be 1 to " + MAX_TTL_S + " seconds, was " + ttlS));
        }
        if (!watched.watch(agentId, System.nanoTime(), TimeUnit.SECONDS.toNanos(ttlS))) {
            refused.increment();
            return RpcError.UNAVAILABLE.fail(
                    MOST_AGENTS + " agents are watched, the limit", new JsonObject().put("limit", MOST_AGENTS));
        }
        Watch watch = new Watch(agentId, Addresses.telemetry(agentId), ttlS);
        vertx.eventBus().publish(Addresses.LIVE_WATCHES, Wire.write(watch));
        return Future.succeededFuture(watch);
    }

    private static String shortened(@Nullable String text) {
        return text == null || text.length() <= 80 ? String.valueOf(text) : text.substring(0, 80) + "…";
    }

    private void heard(JsonObject body) {
        try {
            Watch watch = Wire.read(body, Watch.class);
            int ttlS = Math.min(watch.ttlS(), MAX_TTL_S);
            if (AgentIds.wellFormed(watch.agentId())
                    && !watched.watch(watch.agentId(), System.nanoTime(), TimeUnit.SECONDS.toNanos(ttlS))) {
                refused.increment();
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("notice of a watch refused reason={}", e.getMessage());
        }
    }

    /** Whether anybody watches the agent now. */
    public boolean watched(String agentId) {
        return watched.contains(agentId, System.nanoTime());
    }

    /** Publishes samples of a watched agent; of another one, nothing happens. */
    public void samples(StreamDescriptor stream, SampleBlock block) {
        if (!watched(stream.agentId())) {
            return;
        }
        int channels = Math.max(1, block.columns().size());
        int rows = Math.max(1, MESSAGE_VALUES / channels);
        for (int from = 0; from < block.size(); from += rows) {
            int to = Math.min(from + rows, block.size());
            if (budget.take((long) (to - from) * channels, System.nanoTime())) {
                SampleBlock part = from == 0 && to == block.size() ? block : block.slice(from, to);
                publish(stream.agentId(), TelemetryJson.message(SampleView.all(stream, part)));
            } else {
                dropped.increment();
            }
        }
    }

    /** Publishes another ACP message about a watched agent, e.g. a marker. */
    public void message(@Nullable String agentId, JsonObject acp) {
        if (agentId != null && watched(agentId)) {
            publish(agentId, acp.copy());
        }
    }

    private void publish(String agentId, JsonObject acp) {
        vertx.eventBus().publish(Addresses.telemetry(agentId), acp.put("source", node));
        published.increment();
    }
}
