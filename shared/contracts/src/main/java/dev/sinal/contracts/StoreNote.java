package dev.sinal.contracts;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Something a collector knows about a stream besides its samples. Kept in the durable log like chunks; stored once by its id.
 *
 * @param id UUID made by the collector
 * @param kind {@link #GAP}, {@link #CLOCK}, {@link #INFO} or {@link #EPOCH_CLOSED}
 * @param stream needed for the row to exist
 * @param payload gap: {@link GapRecord}; clock: {@link ClockRecord}; info: {@code {"xml"}}; epoch_closed: {@code {"last_seq", "reason"}}
 */
public record StoreNote(
        String id,
        String kind,
        String node,
        long fence,
        long epoch,
        @Nullable StreamDescriptor stream,
        JsonObject payload) {
    public static final String GAP = "gap";
    public static final String CLOCK = "clock";
    public static final String INFO = "info";
    public static final String EPOCH_CLOSED = "epoch_closed";
}
