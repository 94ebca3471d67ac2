package dev.sinal.gateway.format;

import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Row;
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
    private final RowBytes special = new RowBytes(64);
    private final Map<StreamDescriptor, Names> known = new IdentityHashMap<>();

    /** Names of a stream, encoded once. */
    private record Names(byte[] head, byte[][] metrics) {}

    public RowJson(RowStyle style) {
        this.style = style;
    }

    public void write(RowBytes to, Row row) {
        StreamDescriptor stream = row.stream();
        Names names = names(stream);
        to.raw(names.head())
                .number(row.epoch())
                .ascii(",\"seq\":")
                .number(row.seq())
                .ascii(",\"timestamp\":");
        time(to, row, style);
        to.ascii(",\"metrics\":{");
        RowBytes odd = special;
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
            to.raw(odd.put('}'));
            odd.clear();
        }
        to.put('}');
    }

    static void time(RowBytes to, Row row, RowStyle style) {
        if (style.rawClock()) {
            double raw = row.rawStamp();
            if (Double.isFinite(raw)) {
                to.number(raw);
            } else {
                to.ascii("null");
            }
        } else if (style.times() == Times.UNIX_NS) {
            to.number(row.timestamp());
        } else {
            to.put('"').time(row.timestamp()).put('"');
        }
    }

    /** @return false, with nothing written, for a number that JSON does not have */
    private boolean value(RowBytes to, Row row, int c, boolean scaled) {
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
            number(to, value, format, scaled, style);
        }
        return true;
    }

    static void number(RowBytes to, double value, SampleFormat format, boolean scaled, RowStyle style) {
        if (style.shortFloats() && format == SampleFormat.FLOAT32 && !scaled) {
            to.number((float) value);
        } else {
            to.number(value);
        }
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
        RowBytes head = new RowBytes(128);
        head.ascii("{\"agent_id\":")
                .quoted(stream.agentId())
                .ascii(",\"stream\":")
                .quoted(stream.name())
                .ascii(",\"stream_id\":")
                .quoted(stream.id())
                .ascii(",\"epoch\":");
        byte[][] metrics = new byte[stream.channels().size()][];
        for (int c = 0; c < metrics.length; c++) {
            metrics[c] = new RowBytes(32)
                    .quoted(stream.channels().get(c).metric())
                    .put(':')
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        return new Names(head.toString().getBytes(StandardCharsets.UTF_8), metrics);
    }
}
