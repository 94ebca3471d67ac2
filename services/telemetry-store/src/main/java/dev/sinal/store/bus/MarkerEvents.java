package dev.sinal.store.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.runtime.live.WatchedTelemetry;
import dev.sinal.store.domain.MarkerRow;
import dev.sinal.store.domain.QueuedChunk;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells everyone of markers that are stored: ACP {@code marker}, best effort. */
public final class MarkerEvents {
    /** A stream that sends more markers at once is data, not events: the first ones are told. */
    private static final int MOST_PER_CHUNK = 100;

    private final EventBus bus;
    private final WatchedTelemetry watched;

    public MarkerEvents(EventBus bus, WatchedTelemetry watched) {
        this.bus = bus;
        this.watched = watched;
    }

    /** The same chunk; its markers are told once it is acknowledged. */
    QueuedChunk announceWhenStored(QueuedChunk chunk) {
        List<MarkerRow> told = List.copyOf(chunk.markers()
                .subList(0, Math.min(MOST_PER_CHUNK, chunk.markers().size())));
        return new QueuedChunk(
                chunk.envelope(),
                chunk.first(),
                chunk.last(),
                chunk.rows(),
                chunk.markers(),
                chunk.refusal(),
                chunk.attempts(),
                chunk.bytes(),
                answer -> {
                    chunk.answer().accept(answer);
                    if (answer.status().equals(StoreAnswer.ACKED)) {
                        told.forEach(row -> announce(row.marker()));
                    }
                });
    }

    void announce(MarkerEntry marker) {
        JsonObject acp = AcpMessage.now(AcpMessage.MARKER, payload(marker)).toJson();
        bus.publish(Addresses.event(AcpMessage.MARKER), acp);
        watched.message(marker.agentId(), acp);
    }

    private static JsonObject payload(MarkerEntry marker) {
        JsonObject payload = new JsonObject()
                .put("id", marker.id())
                .put("label", marker.label())
                .put("timestamp", UtcNanos.format(marker.timestamp()))
                .put("time_basis", marker.timeBasis())
                .put("source", marker.source());
        putIfThere(payload, "agent_id", marker.agentId());
        putIfThere(payload, "stream", marker.stream());
        putIfThere(payload, "value", marker.value());
        putIfThere(payload, "duration_s", marker.durationS());
        putIfThere(payload, "uncertainty_s", marker.uncertaintyS());
        putIfThere(payload, "author", marker.author());
        return payload;
    }

    private static void putIfThere(JsonObject payload, String field, @Nullable Object value) {
        if (value != null) {
            payload.put(field, value);
        }
    }
}
