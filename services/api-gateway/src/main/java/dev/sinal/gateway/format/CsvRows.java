package dev.sinal.gateway.format;

import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Row;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * RFC 4180, with a header. Wide: one column a metric of one stream. Long: one line a value, for several streams. NaN, Inf and -Inf are written so; empty
 * means absent, and a text that is empty is written {@code ""}. Where streams share a name, a last column {@code stream_id} tells them apart.
 */
public final class CsvRows implements RowFormat {
    public static final String CONTENT_TYPE = "text/csv";

    private static final String FIXED = "agent_id,stream,epoch,seq,timestamp";
    private static final int MAX_KNOWN = 1_024;

    private final RowStyle style;
    private final List<String> metrics;
    private final boolean wide;
    private final boolean ids;
    private final Map<StreamDescriptor, int[]> columns = new IdentityHashMap<>();

    private CsvRows(RowStyle style, List<String> metrics, boolean wide, boolean ids) {
        this.style = style;
        this.metrics = List.copyOf(metrics);
        this.wide = wide;
        this.ids = ids;
    }

    /** @param metrics the columns, in order @param ids whether the last column is the stream's id */
    public static CsvRows wide(RowStyle style, List<String> metrics, boolean ids) {
        return new CsvRows(style, metrics, true, ids);
    }

    public static CsvRows longLayout(RowStyle style, boolean ids) {
        return new CsvRows(style, List.of(), false, ids);
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE + "; charset=utf-8; header=present";
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public void begin(RowBytes text) {
        text.ascii(FIXED);
        if (wide) {
            for (String metric : metrics) {
                text.put(',');
                field(text, metric);
            }
        } else {
            text.ascii(",metric,value");
        }
        text.ascii(ids ? ",stream_id\r\n" : "\r\n");
    }

    private void end(RowBytes text, StreamDescriptor stream) {
        if (ids) {
            text.put(',');
            field(text, stream.id());
        }
        text.ascii("\r\n");
    }

    @Override
    public void row(RowBytes text, Row row) {
        if (wide) {
            head(text, row);
            for (int column : columns(row.stream())) {
                text.put(',');
                if (column >= 0 && row.isPresent(column)) {
                    value(text, row, column);
                }
            }
            end(text, row.stream());
        } else {
            StreamDescriptor stream = row.stream();
            for (int c = 0; c < stream.channels().size(); c++) {
                if (row.isPresent(c)) {
                    head(text, row);
                    text.put(',');
                    field(text, stream.channels().get(c).metric());
                    text.put(',');
                    value(text, row, c);
                    end(text, stream);
                }
            }
        }
    }

    private void head(RowBytes text, Row row) {
        field(text, row.stream().agentId());
        text.put(',');
        field(text, row.stream().name());
        text.put(',').number(row.epoch()).put(',').number(row.seq()).put(',');
        if (style.rawClock()) {
            double raw = row.rawStamp();
            if (Double.isFinite(raw)) {
                text.number(raw);
            }
        } else if (style.times() == Times.UNIX_NS) {
            text.number(row.timestamp());
        } else {
            text.time(row.timestamp());
        }
    }

    private int[] columns(StreamDescriptor stream) {
        int[] known = columns.get(stream);
        if (known == null) {
            if (columns.size() >= MAX_KNOWN) {
                columns.clear();
            }
            known = metrics.stream().mapToInt(stream::column).toArray();
            columns.put(stream, known);
        }
        return known;
    }

    private void value(RowBytes text, Row row, int c) {
        SampleFormat format = row.format(c);
        if (format == null) {
            return;
        }
        boolean scaled = row.stream().channels().get(c).scaled();
        if (format.isText()) {
            field(text, row.text(c));
        } else if (format.isInteger() && !scaled) {
            text.number(row.longValue(c));
        } else {
            double value = row.value(c);
            if (Double.isNaN(value)) {
                text.ascii("NaN");
            } else if (Double.isInfinite(value)) {
                text.ascii(value > 0 ? "Inf" : "-Inf");
            } else {
                RowJson.number(text, value, format, scaled, style);
            }
        }
    }

    private static void field(RowBytes text, String value) {
        boolean plain = !value.isEmpty();
        for (int i = 0; plain && i < value.length(); i++) {
            char c = value.charAt(i);
            plain = c != ',' && c != '"' && c != '\r' && c != '\n';
        }
        if (plain && value.charAt(0) != ' ' && value.charAt(value.length() - 1) != ' ') {
            text.utf8(value);
        } else {
            text.put('"').utf8(value.replace("\"", "\"\"")).put('"');
        }
    }
}
