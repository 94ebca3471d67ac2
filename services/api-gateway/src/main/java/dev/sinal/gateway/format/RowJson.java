package dev.sinal.gateway.format;

import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Row;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row as JSON: {@code {"agent_id", "stream", "stream_id", "epoch", "seq", "timestamp", "metrics": {…}}}. An absent metric is left out; NaN and infinities,
 * which JSON lacks, are null and named in {@code special}. Not thread safe.
 */
public final class RowJson {
    private static final int MAX_KNOWN = 1_024;

    private final RowStyle style;
    private final Text text = new Text(1_024);
    private final Text special = new Text(64);
    private final Map<StreamDescriptor, Names> known = new IdentityHashMap<>();

    /** Names of a stream, encoded once. */
    private record Names(byte[] head, byte[][] metrics) {}

    public RowJson(RowStyle style) {
        this.style = style;
    }

    public void append(Buffer out, Row row) {
        write(text, row);
        text.moveTo(out);
    }

    public void append(StringBuilder out, Row row) {
        Buffer buffer = Buffer.buffer();
        append(buffer, row);
        out.append(buffer.toString(StandardCharsets.UTF_8));
    }

    private void write(Text to, Row row) {
        StreamDescriptor stream = row.stream();
        Names names = names(stream);
        to.raw(names.head())
                .number(row.epoch())
                .ascii(",\"seq\":")
                .number(row.seq())
                .ascii(",\"timestamp\":");
        time(to, row, style);
        to.ascii(",\"metrics\":{");
        Text odd = special;
        boolean first = true;
        boolean anyOdd = false;
        List<ChannelDescriptor> channels = stream.channels();
        for (int c = 0; c < channels.size(); c++) {
            if (!row.isPresent(c)) {
                continue;
            }
            if (!first) {
                to.put(',');
            }
            first = false;
            to.raw(names.metrics()[c]);
            if (!value(to, row, c, channels.get(c).scaled())) {
                to.ascii("null");
                odd.ascii(anyOdd ? "," : ",\"special\":{")
                        .raw(names.metrics()[c])
                        .put('"')
                        .ascii(Double.toString(row.value(c)))
                        .put('"');
                anyOdd = true;
            }
        }
        to.put('}');
        if (anyOdd) {
            to.ascii(odd.put('}').toString());
            odd.moveTo(Buffer.buffer());
        }
        to.put('}');
    }

    static void time(Text to, Row row, RowStyle style) {
        if (style.rawClock()) {
            double raw = row.rawStamp();
            to.ascii(Double.isFinite(raw) ? Decimals.of(raw) : "null");
        } else if (style.times() == Times.UNIX_NS) {
            to.number(row.timestamp());
        } else {
            to.put('"').time(row.timestamp()).put('"');
        }
    }

    /** @return false, with nothing written, for a number that JSON does not have */
    private boolean value(Text to, Row row, int c, boolean scaled) {
        SampleFormat format = row.format(c);
        if (format == null) {
            return false;
        }
        if (format.isText()) {
            to.quoted(row.text(c));
        } else if (format.isInteger() && !scaled) {
            boolean quoted = style.textLongs() && format == SampleFormat.INT64;
            if (quoted) {
                to.put('"').number(row.longValue(c)).put('"');
            } else {
                to.number(row.longValue(c));
            }
        } else {
            double value = row.value(c);
            if (!Double.isFinite(value)) {
                return false;
            }
            to.ascii(number(value, format, scaled, style));
        }
        return true;
    }

    static String number(double value, SampleFormat format, boolean scaled, RowStyle style) {
        return style.shortFloats() && format == SampleFormat.FLOAT32 && !scaled
                ? Decimals.ofFloat((float) value)
                : Decimals.of(value);
    }

    private Names names(StreamDescriptor stream) {
        Names names = known.get(stream);
        if (names == null) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            names = encode(stream);
            known.put(stream, names);
        }
        return names;
    }

    private static Names encode(StreamDescriptor stream) {
        Text head = new Text(128);
        head.ascii("{\"agent_id\":")
                .quoted(stream.agentId())
                .ascii(",\"stream\":")
                .quoted(stream.name())
                .ascii(",\"stream_id\":")
                .quoted(stream.id())
                .ascii(",\"epoch\":");
        byte[][] metrics = new byte[stream.channels().size()][];
        for (int c = 0; c < metrics.length; c++) {
            metrics[c] = new Text(32)
                    .quoted(stream.channels().get(c).metric())
                    .put(':')
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        return new Names(head.toString().getBytes(StandardCharsets.UTF_8), metrics);
    }
}
