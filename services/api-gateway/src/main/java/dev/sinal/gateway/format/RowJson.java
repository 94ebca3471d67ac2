package dev.sinal.gateway.format;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Row;
import java.util.IdentityHashMap;
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

    /** Names of a stream, encoded once. @param metrics each with a comma before and a colon behind */
    private record Names(byte[] head, byte[][] metrics, boolean[] scaled) {}

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
        to.ascii(",\"metrics\":");
        int sample = row.sample();
        boolean any = false;
        boolean anyOdd = false;
        for (int c = 0; c < names.metrics().length; c++) {
            Column values = row.values(c);
            if (values == null || !values.isPresent(sample)) {
                continue;
            }
            name(to, names.metrics()[c], !any);
            any = true;
            if (!value(to, row, c, values, sample, names.scaled()[c])) {
                to.ascii("null");
                name(special, names.metrics()[c], !anyOdd);
                special.put('"').ascii(Double.toString(row.value(c))).put('"');
                anyOdd = true;
            }
        }
        to.ascii(any ? "}" : "{}");
        if (anyOdd) {
            to.ascii(",\"special\":").raw(special.put('}'));
            special.clear();
        }
        to.put('}');
    }

    /** The first name of an object has a brace before it instead of the comma. */
    private static void name(RowBytes to, byte[] name, boolean first) {
        int start = to.size();
        to.raw(name);
        if (first) {
            to.set(start, '{');
        }
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
    private boolean value(RowBytes to, Row row, int c, Column values, int sample, boolean scaled) {
        if (!scaled && values instanceof FloatColumn floats) {
            float value = floats.values()[sample];
            if (!Float.isFinite(value)) {
                return false;
            }
            number(to, value, style);
            return true;
        }
        SampleFormat format = values.format();
        if (format.isText()) {
            to.quoted(values.textAt(sample));
        } else if (format.isInteger() && !scaled) {
            if (style.textLongs() && format == SampleFormat.INT64) {
                to.put('"').number(values.longAt(sample)).put('"');
            } else {
                to.number(values.longAt(sample));
            }
        } else {
            double value = scaled ? row.value(c) : values.doubleAt(sample);
            if (!Double.isFinite(value)) {
                return false;
            }
            to.number(value);
        }
        return true;
    }

    /** A finite value as it is stored. */
    static void number(RowBytes to, float value, RowStyle style) {
        if (style.shortFloats()) {
            to.number(value);
        } else {
            to.number((double) value);
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
        int columns = stream.channels().size();
        byte[][] metrics = new byte[columns][];
        boolean[] scaled = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            ChannelDescriptor channel = stream.channels().get(c);
            metrics[c] =
                    new RowBytes(32).put(',').quoted(channel.metric()).put(':').toBytes();
            scaled[c] = channel.scaled();
        }
        return new Names(head.toBytes(), metrics, scaled);
    }
}
