package dev.sinal.gateway.format;

import dev.sinal.contracts.read.Row;

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
    public void begin(RowBytes out) {}

    @Override
    public void row(RowBytes out, Row row) {
        json.write(out, row);
        out.put('\n');
    }
}
