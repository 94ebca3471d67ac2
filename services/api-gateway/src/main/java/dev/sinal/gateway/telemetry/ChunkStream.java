package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.PullLoop;
import dev.sinal.contracts.read.ReadCursor;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** A range as the stored blocks themselves: for each its length (u32, little endian) and its bytes. Blocks at the ends reach beyond the range. */
final class ChunkStream {
    Future<Void> send(History history, HistoryQuery query, Wanted wanted, HttpServerResponse response) {
        return history.services()
                .breaker()
                .read(() -> history.services().reads().open(query.read(wanted.streams())))
                .compose(cursor -> {
                    response.setChunked(true)
                            .putHeader("Content-Type", Accepted.CHUNKS.type())
                            .putHeader("Content-Encoding", "identity");
                    return PullLoop.whileTrue(() -> pull(cursor, response))
                            .compose(done -> response.end())
                            .onComplete(done -> cursor.close());
                });
    }

    private static Future<Boolean> pull(ReadCursor cursor, HttpServerResponse response) {
        return cursor.next()
                .compose(entries -> cursor.ended()
                        ? Future.succeededFuture(false)
                        : RowStream.write(response, HistoryRoutes.frame(entries))
                                .map(true));
    }
}
