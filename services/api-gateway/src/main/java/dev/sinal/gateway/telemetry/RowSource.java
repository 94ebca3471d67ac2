package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.Row;
import io.vertx.core.Future;

/** Rows of an open read, in one of the orders. Use: while {@link #fill} answers true, {@link #advance} until it is false. One thread at a time. */
interface RowSource {
    ReadOpened opened();

    /** Pulls more. @return false when nothing follows any more */
    Future<Boolean> fill();

    /** When no row follows: others may, see {@link dev.sinal.contracts.read.RowReader#cutShort}. */
    default boolean cutShort() {
        return false;
    }

    /** Bytes of the chunks that came with the last {@link #fill}: what {@link #advance} may have to decode. */
    long weight();

    /** Decodes, so not on an event loop. */
    boolean advance();

    Row row();

    /** Where the present row is. */
    Place place();

    /** Called now and then while nothing is pulled because the reader is slow. */
    void keep();

    void close();
}
