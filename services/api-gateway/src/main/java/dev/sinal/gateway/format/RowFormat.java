package dev.sinal.gateway.format;

import dev.sinal.contracts.read.Row;

/** Rows one after the other in one representation. Not thread safe: one per answer. */
public interface RowFormat {
    String contentType();

    /** Whether the bytes are text that gzip makes smaller. */
    boolean compressible();

    /** What stands before the first row. */
    void begin(RowBytes out);

    void row(RowBytes out, Row row);
}
