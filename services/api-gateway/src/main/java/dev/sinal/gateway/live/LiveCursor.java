package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The place of a reader in all streams of an agent, as text: {@code u8 'L', u8 version, u8 length, agent id, then for each stream u8 length, id, i64 epoch,
 * i64 seq, i64 timestamp}, big endian, base64url without padding. A place per stream, not one in time: live frames of different streams
 * arrive out of time order, and a reader who comes back must neither miss nor repeat one.
 */
record LiveCursor(String agentId, Map<String, StreamPosition> streams) {
    static final int MAX_STREAMS = 256;
    private static final byte KIND = 'L';
    private static final byte VERSION = 1;
    private static final int MAX_CHARS = 32_768;

    String encode() {
        return encode(agentId, streams);
    }

    static String encode(String agentId, Map<String, StreamPosition> streams) {
        Buffer out = Buffer.buffer(64 + streams.size() * 44).appendByte(KIND).appendByte(VERSION);
        appendText(out, agentId);
        streams.forEach((id, position) -> {
            appendText(out, id);
            out.appendLong(position.epoch()).appendLong(position.seq()).appendLong(position.timestamp());
        });
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.getBytes());
    }

    private static void appendText(Buffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.appendByte((byte) bytes.length).appendBytes(bytes);
    }

    /**
     * What {@code from} may be: a cursor, a time (RFC 3339), or places as an array {@code [{"stream" (id), "epoch", "seq", "timestamp"}]}.
     *
     * @param pointer names the field in a refusal
     * @return null when not given; with a time, its only entry has the key ""
     */
    static @Nullable LiveCursor read(@Nullable Object from, String agentId, String pointer) {
        if (from == null) {
            return null;
        }
        if (from instanceof JsonArray places) {
            return places(places, agentId, pointer);
        }
        if (!(from instanceof String text) || text.isEmpty()) {
            throw RpcError.invalid(pointer, "must be a cursor, a time, or an array of {stream, epoch, seq, timestamp}");
        }
        if (text.length() > 10 && text.charAt(4) == '-' && text.charAt(7) == '-') {
            try {
                return new LiveCursor(agentId, Map.of("", StreamPosition.at(UtcNanos.parse(text))));
            } catch (DateTimeException | ArithmeticException e) {
                throw RpcError.invalid(pointer, String.valueOf(e.getMessage()));
            }
        }
        return decode(text, agentId, pointer);
    }

    private static LiveCursor decode(String text, String agentId, String pointer) {
        RuntimeException foreign = RpcError.invalid(pointer, "is no live cursor of this agent");
        if (text.length() > MAX_CHARS) {
            throw foreign;
        }
        try {
            Buffer in = Buffer.buffer(Base64.getUrlDecoder().decode(text));
            if (in.getByte(0) != KIND || in.getByte(1) != VERSION) {
                throw foreign;
            }
            int at = 3 + in.getUnsignedByte(2);
            if (!in.getString(3, at).equals(agentId)) {
                throw foreign;
            }
            Map<String, StreamPosition> streams = new LinkedHashMap<>();
            while (at < in.length()) {
                int end = at + 1 + in.getUnsignedByte(at);
                String id = in.getString(at + 1, end);
                streams.put(id, new StreamPosition(in.getLong(end), in.getLong(end + 8), in.getLong(end + 16)));
                at = end + 24;
            }
            return new LiveCursor(agentId, streams);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw foreign;
        }
    }

    private static LiveCursor places(JsonArray places, String agentId, String pointer) {
        if (places.size() > MAX_STREAMS) {
            throw RpcError.invalid(pointer, places.size() + " places, at most " + MAX_STREAMS + " are taken");
        }
        Map<String, StreamPosition> streams = new LinkedHashMap<>();
        for (int i = 0; i < places.size(); i++) {
            if (!(places.getValue(i) instanceof JsonObject place)
                    || !(place.getValue("stream") instanceof String stream)
                    || !(place.getValue("epoch") instanceof Number epoch)
                    || !(place.getValue("seq") instanceof Number seq)
                    || epoch.longValue() < 0
                    || seq.longValue() < 0) {
                throw RpcError.invalid(pointer + "/" + i, "must be {stream, epoch, seq, timestamp}");
            }
            streams.put(stream, new StreamPosition(epoch.longValue(), seq.longValue(), time(place, pointer + "/" + i)));
        }
        return new LiveCursor(agentId, streams);
    }

    private static long time(JsonObject place, String pointer) {
        Object time = place.getValue("timestamp");
        if (time instanceof Long || time instanceof Integer) {
            return ((Number) time).longValue();
        }
        try {
            return UtcNanos.parse(String.valueOf(time));
        } catch (DateTimeException | ArithmeticException e) {
            throw RpcError.invalid(pointer + "/timestamp", "must be a time: RFC 3339 or integer UTC nanoseconds");
        }
    }
}
