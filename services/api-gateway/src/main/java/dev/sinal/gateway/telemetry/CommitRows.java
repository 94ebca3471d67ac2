package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.CommitMerger;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import io.vertx.core.Future;

/** Rows in the order of commit, late data included: by transaction, stream, epoch and number, wherever they are kept. */
final class CommitRows implements RowSource {
    private final String agentId;
    private final ReadCursor cursor;
    private final CommitMerger merger;
    private long weight;

    private CommitRows(String agentId, ReadCursor cursor, CommitMerger merger) {
        this.agentId = agentId;
        this.cursor = cursor;
        this.merger = merger;
    }

    static Future<RowSource> open(ReadClient client, ReadQuery query, ColumnChoice choice) {
        return client.open(query)
                .map(cursor ->
                        new CommitRows(query.agentId(), cursor, CommitMerger.of(query, cursor.opened(), choice)));
    }

    @Override
    public ReadOpened opened() {
        return cursor.opened();
    }

    @Override
    public Future<Boolean> fill() {
        if (cursor.ended()) {
            return Future.succeededFuture(false);
        }
        return cursor.next().map(entries -> {
            merger.addAll(entries);
            weight = entries.stream().mapToInt(ReadFrame.Entry::bytes).sum();
            if (cursor.ended()) {
                merger.end();
            }
            return true;
        });
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public boolean advance() {
        return merger.advance();
    }

    @Override
    public Row row() {
        return merger.row();
    }

    @Override
    public Place place() {
        return new Place(agentId, true, merger.tx(), row().key());
    }

    @Override
    public void keep() {
        cursor.keep();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
