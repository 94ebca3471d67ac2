package dev.sinal.gateway.format;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Row;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;

/** Rows as MessagePack maps, one after the other. Numbers keep their stored type; NaN and infinities are themselves. */
public final class MsgpackRows implements RowFormat {
    public static final String CONTENT_TYPE = "application/msgpack";

    private static final int MAX_KNOWN = 1_024;
    private static final byte[] SEQ = name("seq");
    private static final byte[] TIMESTAMP = name("timestamp");
    private static final byte[] METRICS = name("metrics");

    private final RowStyle style;
    private final RowBytes text = new RowBytes(64);
    private final Map<StreamDescriptor, Names> known = new IdentityHashMap<>();

    /** Names of a stream, encoded once. @param head the map up to the epoch's value */
    private record Names(byte[] head, byte[][] metrics, boolean[] scaled) {}

    public MsgpackRows(RowStyle style) {
        this.style = style;
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public boolean compressible() {
        return false;
    }

    @Override
    public void begin(RowBytes out) {}

    @Override
    public void row(RowBytes out, Row row) {
        StreamDescriptor stream = row.stream();
        Names names = names(stream);
        out.raw(names.head());
        Msgpack.integer(out, row.epoch());
        out.raw(SEQ);
        Msgpack.integer(out, row.seq());
        out.raw(TIMESTAMP);
        time(out, row);
        out.raw(METRICS);
        int sample = row.sample();
        int columns = names.metrics().length;
        int present = 0;
        for (int c = 0; c < columns; c++) {
            present += row.isPresent(c) ? 1 : 0;
        }
        Msgpack.map(out, present);
        for (int c = 0; c < columns; c++) {
            Column values = row.values(c);
            if (values != null && values.isPresent(sample)) {
                out.raw(names.metrics()[c]);
                value(out, row, c, values, sample, names.scaled()[c]);
            }
        }
    }

    private void time(RowBytes out, Row row) {
        if (style.rawClock()) {
            Msgpack.float64(out, row.rawStamp());
        } else if (style.times() == Times.UNIX_NS) {
            Msgpack.integer(out, row.timestamp());
        } else {
            text.clear();
            Msgpack.text(out, text.time(row.timestamp()));
        }
    }

    private static void value(RowBytes out, Row row, int c, Column values, int sample, boolean scaled) {
        if (scaled && !values.format().isText()) {
            Msgpack.float64(out, row.value(c));
        } else if (values instanceof FloatColumn floats) {
            Msgpack.float32(out, floats.values()[sample]);
        } else if (values instanceof DoubleColumn doubles) {
            Msgpack.float64(out, doubles.values()[sample]);
        } else if (values instanceof LongColumn longs) {
            Msgpack.integer(out, longs.values()[sample]);
        } else {
            Msgpack.text(out, values.textAt(sample).getBytes(StandardCharsets.UTF_8));
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
        Msgpack.map(head, 7);
        head.raw(name("agent_id")).raw(name(stream.agentId()));
        head.raw(name("stream")).raw(name(stream.name()));
        head.raw(name("stream_id")).raw(name(stream.id()));
        head.raw(name("epoch"));
        int columns = stream.channels().size();
        byte[][] metrics = new byte[columns][];
        boolean[] scaled = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            metrics[c] = name(stream.channels().get(c).metric());
            scaled[c] = stream.channels().get(c).scaled();
        }
        return new Names(head.toBytes(), metrics, scaled);
    }

    private static byte[] name(String text) {
        RowBytes out = new RowBytes(16);
        Msgpack.text(out, text.getBytes(StandardCharsets.UTF_8));
        return out.toBytes();
    }
}
