package dev.sinal.gateway.telemetry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** A page as one MessagePack map with the same names as the JSON page. */
final class MsgpackPage {
    private MsgpackPage() {}

    static Buffer of(Pages.Page page, HistoryQuery query, String cursor, JsonArray gaps) {
        try (MessageBufferPacker head = MessagePack.newDefaultBufferPacker();
                MessageBufferPacker tail = MessagePack.newDefaultBufferPacker()) {
            head.packMapHeader(6).packString("items").packArrayHeader(page.count());
            tail.packString("page").packInt(query.page());
            tail.packString("page_size").packInt(query.pageSize());
            tail.packString("complete").packBoolean(page.complete());
            tail.packString("next_cursor").packString(cursor);
            tail.packString("gaps");
            pack(tail, gaps);
            return Buffer.buffer(head.toByteArray()).appendBuffer(page.rows()).appendBytes(tail.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory", e);
        }
    }

    private static void pack(MessageBufferPacker out, Object value) throws IOException {
        if (value instanceof JsonArray array) {
            out.packArrayHeader(array.size());
            for (Object item : array) {
                pack(out, item);
            }
        } else if (value instanceof JsonObject object) {
            out.packMapHeader(object.size());
            for (String name : object.fieldNames()) {
                out.packString(name);
                pack(out, object.getValue(name));
            }
        } else if (value instanceof Long || value instanceof Integer) {
            out.packLong(((Number) value).longValue());
        } else if (value instanceof Number number) {
            out.packDouble(number.doubleValue());
        } else if (value instanceof Boolean flag) {
            out.packBoolean(flag);
        } else if (value == null) {
            out.packNil();
        } else {
            out.packString(value.toString());
        }
    }
}
