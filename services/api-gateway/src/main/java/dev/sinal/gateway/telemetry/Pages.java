package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.PullLoop;
import dev.sinal.gateway.format.RowBytes;
import dev.sinal.gateway.format.RowFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of rows into memory; a page has at most 10 000. Decoding runs on worker threads, except for what takes less than the way there and back: a few
 * kilobytes, some 100 microseconds.
 */
final class Pages {
    private static final int FIRST_BYTES = 16 * 1024;
    /** Bytes of chunks, and rows, that are decoded and written where they come in. */
    private static final int LIGHT_BYTES = 16 * 1024;

    private static final int LIGHT_ROWS = 200;

    private final Vertx vertx;

    Pages(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * @param complete no further row of the range now
     * @param last place of the last row; null when the page has none
     * @param cutShort the read has not brought all that the page needs
     */
    record Page(
            Buffer rows,
            int count,
            boolean complete,
            @Nullable Place last,
            boolean cutShort) {}

    private static final class Progress {
        private final RowBytes rows = new RowBytes(FIRST_BYTES);
        private long skip;
        private int count;
        private boolean more;
        private @Nullable Place last;
    }

    Future<Page> read(RowSource source, RowFormat format, long skip, int size) {
        Progress progress = new Progress();
        progress.skip = skip;
        return PullLoop.whileTrue(() -> pull(source, format, size, progress))
                .map(done -> new Page(
                        progress.rows.take(),
                        progress.count,
                        !progress.more,
                        progress.last,
                        !progress.more && source.cutShort()))
                .onComplete(done -> source.close());
    }

    /** @return whether another pull may bring more rows of the page */
    private Future<Boolean> pull(RowSource source, RowFormat format, int size, Progress progress) {
        return source.fill().compose(filled -> {
            if (!filled) {
                return Future.succeededFuture(false);
            }
            boolean light = source.weight() <= LIGHT_BYTES && size <= LIGHT_ROWS;
            return light
                    ? Future.succeededFuture(take(source, format, size, progress))
                    : vertx.executeBlocking(() -> take(source, format, size, progress), false);
        });
    }

    private static boolean take(RowSource source, RowFormat format, int size, Progress progress) {
        while (source.advance()) {
            if (progress.skip > 0) {
                progress.skip--;
            } else if (progress.count == size) {
                progress.more = true;
                return false;
            } else {
                format.row(progress.rows, source.row());
                progress.count++;
                progress.last = source.place();
            }
        }
        return true;
    }
}
