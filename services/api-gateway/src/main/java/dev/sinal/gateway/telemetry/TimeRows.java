package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowReader;
import io.vertx.core.Future;

/** Rows in the order of time. */
final class TimeRows implements RowSource {
    private final String agentId;
    private final RowReader reader;

    private TimeRows(String agentId, RowReader reader) {
        this.agentId = agentId;
        this.reader = reader;
    }

    static Future<RowSource> open(ReadClient client, ReadQuery query, ColumnChoice choice) {
        return RowReader.open(client, query, choice).map(reader -> new TimeRows(query.agentId(), reader));
    }

    @Override
    public ReadOpened opened() {
        return reader.opened();
    }

    @Override
    public Future<Boolean> fill() {
        return reader.fill();
    }

    @Override
    public boolean cutShort() {
        return reader.cutShort();
    }

    @Override
    public long weight() {
        return reader.weight();
    }

    @Override
    public boolean advance() {
        return reader.advance();
    }

    @Override
    public Row row() {
        return reader.row();
    }

    @Override
    public Place place() {
        return Place.time(agentId, row().key());
    }

    @Override
    public void keep() {
        reader.keep();
    }

    @Override
    public void close() {
        reader.close();
    }
}
