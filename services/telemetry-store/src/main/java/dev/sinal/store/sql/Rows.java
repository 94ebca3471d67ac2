package dev.sinal.store.sql;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;

/** Rows to records, where several tables share the shape. */
final class Rows {
    private Rows() {}

    /** @param column holds the descriptor as text */
    static StreamDescriptor descriptor(Row row, String column) {
        return Wire.read(new JsonObject(row.getString(column)), StreamDescriptor.class);
    }

    static GapRecord gap(Row row) {
        return new GapRecord(
                row.getString("stream_id"),
                row.getString("name"),
                row.getString("agent_id"),
                row.getLong("epoch"),
                row.getLong("from_ts"),
                row.getLong("to_ts"),
                row.getLong("estimated_samples"),
                row.getString("cause"),
                row.getString("evidence"));
    }
}
