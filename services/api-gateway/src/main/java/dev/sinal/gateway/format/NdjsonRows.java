package dev.sinal.gateway.format;

import dev.sinal.contracts.read.Row;
import io.vertx.core.buffer.Buffer;

/** One JSON row a line. */
public final class NdjsonRows implements RowFormat {
    public static final String CONTENT_TYPE = "application/x-ndjson";

    private final RowJson json;

    public NdjsonRows(RowStyle style) {
        this.json = new RowJson(style);
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public void begin(Buffer out) {}

    @Override
    public void row(Buffer out, Row row) {
        json.append(out, row);
        out.appendByte((byte) '\n');
    }
}
