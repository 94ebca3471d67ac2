package dev.sinal.gateway.format;

import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.read.Row;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Rows as MessagePack maps, one after the other. Numbers keep their stored type; NaN and infinities are themselves. */
public final class MsgpackRows implements RowFormat {
    public static final String CONTENT_TYPE = "application/msgpack";

    private final RowStyle style;
    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();

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
    public void begin(Buffer out) {}

    @Override
    public void row(Buffer out, Row row) {
        try {
            packer.clear();
            pack(row);
            out.appendBytes(packer.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory", e);
        }
    }

    private void pack(Row row) throws IOException {
        StreamDescriptor stream = row.stream();
        packer.packMapHeader(7);
        packer.packString("agent_id").packString(stream.agentId());
        packer.packString("stream").packString(stream.name());
        packer.packString("stream_id").packString(stream.id());
        packer.packString("epoch").packLong(row.epoch());
        packer.packString("seq").packLong(row.seq());
        packer.packString("timestamp");
        if (style.rawClock()) {
            packer.packDouble(row.rawStamp());
        } else if (style.times() == Times.UNIX_NS) {
            packer.packLong(row.timestamp());
        } else {
            packer.packString(UtcNanos.format(row.timestamp()));
        }
        packer.packString("metrics");
        int present = 0;
        for (int c = 0; c < stream.channels().size(); c++) {
            present += row.isPresent(c) ? 1 : 0;
        }
        packer.packMapHeader(present);
        for (int c = 0; c < stream.channels().size(); c++) {
            if (row.isPresent(c)) {
                packer.packString(stream.channels().get(c).metric());
                value(row, c, stream.channels().get(c).scaled());
            }
        }
    }

    private void value(Row row, int c, boolean scaled) throws IOException {
        SampleFormat format = row.format(c);
        if (format == null) {
            packer.packNil();
        } else if (format.isText()) {
            packer.packString(row.text(c));
        } else if (format.isInteger() && !scaled) {
            packer.packLong(row.longValue(c));
        } else if (format == SampleFormat.FLOAT32 && !scaled) {
            packer.packFloat((float) row.value(c));
        } else {
            packer.packDouble(row.value(c));
        }
    }
}
