package dev.sinal.gateway.format;

import dev.sinal.contracts.read.Row;

/** Rows with commas between them: the inside of a JSON array. */
public final class JsonRows implements RowFormat {
    private final RowJson json;
    private boolean any;

    public JsonRows(RowStyle style) {
        this.json = new RowJson(style);
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public void begin(RowBytes out) {}

    @Override
    public void row(RowBytes out, Row row) {
        if (any) {
            out.put(',');
        }
        any = true;
        json.write(out, row);
    }
}
