package dev.sinal.gateway.format;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
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
    private final Map<StreamDescriptor, Layout> known = new IdentityHashMap<>();

    /**
     * What the lines of a stream share, encoded once.
     *
     * @param head up to the epoch @param end from behind the last value @param columns of the stream, for each of the answer; -1 for none
     * @param metrics names with a comma before and behind
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Layout(byte[] head, byte[] end, int[] columns, byte[][] metrics, boolean[] scaled) {}

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

    @Override
    public void row(RowBytes text, Row row) {
        Layout layout = layout(row.stream());
        int sample = row.sample();
        if (wide) {
            head(text, row, layout);
            for (int column : layout.columns()) {
                text.put(',');
                Column values = column < 0 ? null : row.values(column);
                if (values != null && values.isPresent(sample)) {
                    value(text, row, column, values, sample, layout.scaled()[column]);
                }
            }
            text.raw(layout.end());
            return;
        }
        for (int c = 0; c < layout.metrics().length; c++) {
            Column values = row.values(c);
            if (values != null && values.isPresent(sample)) {
                head(text, row, layout);
                text.raw(layout.metrics()[c]);
                value(text, row, c, values, sample, layout.scaled()[c]);
                text.raw(layout.end());
            }
        }
    }

    private void head(RowBytes text, Row row, Layout layout) {
        text.raw(layout.head()).number(row.epoch()).put(',').number(row.seq()).put(',');
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

    private Layout layout(StreamDescriptor stream) {
        Layout layout = known.get(stream);
        if (layout == null) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            layout = encode(stream);
            known.put(stream, layout);
        }
        return layout;
    }

    private Layout encode(StreamDescriptor stream) {
        RowBytes head = new RowBytes(64);
        field(head, stream.agentId());
        field(head.put(','), stream.name());
        RowBytes end = new RowBytes(64);
        if (ids) {
            field(end.put(','), stream.id());
        }
        int channels = stream.channels().size();
        byte[][] names = new byte[channels][];
        boolean[] scaled = new boolean[channels];
        for (int c = 0; c < channels; c++) {
            RowBytes name = new RowBytes(32).put(',');
            field(name, stream.channels().get(c).metric());
            names[c] = name.put(',').toBytes();
            scaled[c] = stream.channels().get(c).scaled();
        }
        int[] columns = metrics.stream().mapToInt(stream::column).toArray();
        return new Layout(head.put(',').toBytes(), end.ascii("\r\n").toBytes(), columns, names, scaled);
    }

    private void value(RowBytes text, Row row, int c, Column values, int sample, boolean scaled) {
        SampleFormat format = values.format();
        if (!scaled && values instanceof FloatColumn floats && Float.isFinite(floats.values()[sample])) {
            RowJson.number(text, floats.values()[sample], style);
        } else if (format.isText()) {
            field(text, values.textAt(sample));
        } else if (format.isInteger() && !scaled) {
            text.number(values.longAt(sample));
        } else {
            double value = scaled ? row.value(c) : values.doubleAt(sample);
            if (Double.isNaN(value)) {
                text.ascii("NaN");
            } else if (Double.isInfinite(value)) {
                text.ascii(value > 0 ? "Inf" : "-Inf");
            } else {
                text.number(value);
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
