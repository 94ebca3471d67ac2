package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowMerger;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Rows in the order of commit: chunk after chunk as they were stored, late data included; within a chunk in the order of time. */
final class CommitRows implements RowSource {
    private final ReadQuery query;
    private final Place from;
    private final ReadCursor cursor;
    private final ColumnChoice choice;
    private final Deque<ReadFrame.Entry> waiting = new ArrayDeque<>();
    private ReadFrame.@Nullable Entry current;
    private final EpochClips clips;
    private @Nullable RowMerger rows;

    private CommitRows(ReadQuery query, Place from, ReadCursor cursor, ColumnChoice choice) {
        this.query = query;
        this.from = from;
        this.cursor = cursor;
        this.choice = choice;
        this.clips = new EpochClips(cursor.opened().clips());
    }

    /** @param from where the query begins: the rows of its chunk up to it are left out */
    static Future<RowSource> open(ReadClient client, ReadQuery query, Place from, ColumnChoice choice) {
        return client.open(query).map(cursor -> new CommitRows(query, from, cursor, choice));
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
            waiting.addAll(entries);
            return true;
        });
    }

    @Override
    public boolean advance() {
        while (true) {
            if (rows != null && rows.advance()) {
                return true;
            }
            ReadFrame.Entry next = waiting.poll();
            if (next == null) {
                rows = null;
                return false;
            }
            current = next;
            rows = merger(next);
        }
    }

    private RowMerger merger(ReadFrame.Entry entry) {
        boolean resumed = from.row() != null && entry.tx() == from.tx() && entry.id() == from.chunk();
        RowKey after = resumed ? from.row() : null;
        RowMerger merger = new RowMerger(opened().streams(), clips, query.from(), query.to(), after, choice);
        merger.add(entry.chunk());
        merger.end();
        return merger;
    }

    @Override
    public Row row() {
        if (rows == null) {
            throw new IllegalStateException("advance to a row first");
        }
        return rows.row();
    }

    @Override
    public Place place() {
        if (current == null) {
            throw new IllegalStateException("advance to a row first");
        }
        return new Place(query.agentId(), true, current.tx(), current.id(), row().key());
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
