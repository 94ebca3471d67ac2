package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.ChunkColumns;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.PullLoop;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A range as the stored blocks themselves: for each its length (u32, little endian) and its bytes. Blocks at the ends reach beyond the range; where
 * epochs overlap, only what readers of rows see is in them. Of named metrics a block has these channels alone, in the order of the stream's. */
final class ChunkStream {
    private final Vertx vertx;

    ChunkStream(Vertx vertx) {
        this.vertx = vertx;
    }

    Future<Void> send(
            History history, ReadClient reads, HistoryQuery query, Wanted wanted, HttpServerResponse response) {
        ReadQuery read = query.read(wanted.streams(), false).withColumns(wanted.metrics());
        return history.services().breaker().read(() -> reads.open(read)).compose(cursor -> {
            response.setChunked(true)
                    .putHeader("Content-Type", Accepted.CHUNKS.type())
                    .putHeader("Content-Encoding", "identity");
            long keeping = vertx.setPeriodic(RowStream.KEEP_MS, tick -> cursor.keep());
            EpochClips clips = new EpochClips(cursor.opened().clips());
            ChunkColumns columns = new ChunkColumns(read, cursor.opened());
            return PullLoop.whileTrue(() -> pull(cursor, clips, columns, response))
                    .compose(done -> response.end())
                    .onComplete(done -> {
                        vertx.cancelTimer(keeping);
                        cursor.close();
                    });
        });
    }

    private Future<Boolean> pull(
            ReadCursor cursor, EpochClips clips, ChunkColumns columns, HttpServerResponse response) {
        return cursor.next()
                .compose(entries -> cursor.ended()
                        ? Future.succeededFuture(false)
                        : frame(entries, clips, columns)
                                .compose(frame -> RowStream.write(response, frame))
                                .map(true));
    }

    /** Undecoded, except where epochs overlap. */
    private Future<Buffer> frame(List<ReadFrame.Entry> entries, EpochClips clips, ChunkColumns columns) {
        Stream<byte[]> chunks = entries.stream().map(ReadFrame.Entry::chunk);
        if (clips.isEmpty() && columns.everything()) {
            return Future.succeededFuture(blocks(chunks));
        }
        return vertx.executeBlocking(
                () -> blocks(chunks.map(columns::of)
                        .filter(Objects::nonNull)
                        .flatMap(chunk -> clips.visible(chunk).stream())),
                false);
    }

    private static Buffer blocks(Stream<byte[]> chunks) {
        Buffer out = Buffer.buffer();
        chunks.forEach(chunk -> out.appendUnsignedIntLE(chunk.length).appendBytes(chunk));
        return out;
    }
}
