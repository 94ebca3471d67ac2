package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Tells everyone what happens to streams. Best effort: who comes late asks. Markers are told by the store, once they are committed. */
public final class Events {
    private final Vertx vertx;
    private final String node;

    public Events(Vertx vertx, String node) {
        this.vertx = vertx;
        this.node = node;
    }

    public void appeared(StreamDescriptor stream, long epoch) {
        publish(AcpMessage.STREAM_APPEARED, about(stream).put("epoch", epoch));
    }

    public void lost(StreamDescriptor stream, String reason) {
        publish(AcpMessage.STREAM_LOST, about(stream).put("reason", reason));
    }

    public void gap(StreamDescriptor stream, GapRecord gap) {
        Long to = gap.to();
        publish(
                AcpMessage.STREAM_GAP,
                about(stream)
                        .put("epoch", gap.epoch())
                        .put("from", UtcNanos.format(gap.from()))
                        .put("to", to == null ? null : UtcNanos.format(to))
                        .put("estimated_samples", gap.estimatedSamples())
                        .put("cause", gap.cause()));
    }

    private static JsonObject about(StreamDescriptor stream) {
        return new JsonObject()
                .put("agent_id", stream.agentId())
                .put("stream", stream.name())
                .put("stream_id", stream.id());
    }

    private void publish(String type, JsonObject payload) {
        AcpMessage message = AcpMessage.now(type, payload);
        vertx.eventBus().publish(Addresses.event(type), message.toJson().put("source", node));
    }
}
