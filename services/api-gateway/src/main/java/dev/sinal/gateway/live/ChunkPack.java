package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleFormat;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** The same notifications as MessagePack maps. NaN and infinities are themselves, float32 stays float32, an absent value is nil. */
final class ChunkPack {
    private ChunkPack() {}

    static Buffer notification(int subscription, @Nullable String cursor, Part part, boolean unixTime) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            open(out, subscription, cursor);
            write(out, part, unixTime);
            return Buffer.buffer(out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Buffer notification(int subscription, @Nullable String cursor, JsonObject acp) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            open(out, subscription, cursor);
            pack(out, acp);
            return Buffer.buffer(out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything up to the value of {@code message}. */
    private static void open(MessageBufferPacker out, int subscription, @Nullable String cursor) throws IOException {
        out.packMapHeader(3)
                .packString("jsonrpc")
                .packString("2.0")
                .packString("method")
                .packString("acp");
        out.packString("params").packMapHeader(cursor == null ? 2 : 3);
        out.packString("subscription").packInt(subscription);
        if (cursor != null) {
            out.packString("cursor").packString(cursor);
        }
        out.packString("message");
    }

    private static void write(MessageBufferPacker out, Part part, boolean unixTime) throws IOException {
        out.packMapHeader(3).packString("type").packString(AcpMessage.TELEMETRY_CHUNK);
        out.packString("timestamp").packString(UtcNanos.format(UtcNanos.now()));
        out.packString("payload").packMapHeader(part.step() > 0 ? 10 : 9);
        out.packString("agent_id").packString(part.stream().descriptor().agentId());
        out.packString("stream").packString(part.stream().descriptor().name());
        out.packString("stream_id").packString(part.stream().id());
        out.packString("epoch").packLong(part.block().epoch());
        out.packString("seq").packLong(part.seq(0));
        if (part.step() > 0) {
            out.packString("seq_step").packInt(part.step());
        }
        out.packString("time_basis").packString(part.block().basis().wireName());
        out.packString("timestamps").packArrayHeader(part.count());
        for (int i = 0; i < part.count(); i++) {
            if (unixTime) {
                out.packLong(part.timestamp(i));
            } else {
                out.packString(UtcNanos.format(part.timestamp(i)));
            }
        }
        out.packString("channels").packArrayHeader(part.columns().length);
        for (int c = 0; c < part.columns().length; c++) {
            out.packString(part.channel(c).metric());
        }
        out.packString("values").packArrayHeader(part.columns().length);
        for (int c = 0; c < part.columns().length; c++) {
            column(out, part, c);
        }
    }

    private static void column(MessageBufferPacker out, Part part, int c) throws IOException {
        SampleFormat format = part.column(c).format();
        boolean single = format == SampleFormat.FLOAT32 && !part.channel(c).scaled();
        boolean whole = part.whole(c);
        out.packArrayHeader(part.count());
        for (int i = 0; i < part.count(); i++) {
            if (!part.present(c, i)) {
                out.packNil();
            } else if (format.isText()) {
                out.packString(part.column(c).textAt(part.row(i)));
            } else if (whole) {
                out.packLong(part.column(c).longAt(part.row(i)));
            } else if (single) {
                out.packFloat((float) part.value(c, i));
            } else {
                out.packDouble(part.value(c, i));
            }
        }
    }

    private static void pack(MessageBufferPacker out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.packNil();
        } else if (value instanceof JsonObject object) {
            out.packMapHeader(object.size());
            for (Map.Entry<String, Object> field : object) {
                out.packString(field.getKey());
                pack(out, field.getValue());
            }
        } else if (value instanceof JsonArray array) {
            out.packArrayHeader(array.size());
            for (Object item : array) {
                pack(out, item);
            }
        } else if (value instanceof Boolean flag) {
            out.packBoolean(flag);
        } else if (value instanceof BigInteger big) {
            out.packBigInteger(big);
        } else if (value instanceof Double || value instanceof Float) {
            out.packDouble(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            out.packLong(number.longValue());
        } else {
            out.packString(value.toString());
        }
    }
}
