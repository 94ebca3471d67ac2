package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.read.RowKey;
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
 * The place of a reader in all streams of an agent, as text: {@code u8 'L', u8 version, u8 length, agent id, i64 since, u8 length, beside, then for each stream u8 length, id,
 * i64 epoch, i64 seq, i64 timestamp}, big endian, base64url without padding; version 1 has neither since nor beside. A place per stream, not one in time: live frames of
 * different streams arrive out of time order, and a reader who comes back must neither miss nor repeat one.
 *
 * @param streams places by stream id
 * @param since of other streams nothing that is older has to be read, UTC ns; {@link #NOW}: what comes from now on
 * @param beside of other streams, those up to this id begin 1 ns later: a place in time order lies between two streams
 */
public record LiveCursor(String agentId, Map<String, StreamPosition> streams, long since, String beside) {
    public static final int MAX_STREAMS = 256;
    public static final long NOW = Long.MIN_VALUE;
    private static final byte KIND = 'L';
    private static final byte VERSION = 2;
    private static final int MAX_CHARS = 32_768;

    public LiveCursor(String agentId, Map<String, StreamPosition> streams, long since) {
        this(agentId, streams, since, "");
    }

    /** Where the reader is in a stream; null = what comes from now on. */
    public @Nullable StreamPosition place(String streamId) {
        StreamPosition named = streams.get(streamId);
        if (named != null || since == NOW) {
            return named;
        }
        return StreamPosition.at(streamId.compareTo(beside) <= 0 ? since + 1 : since);
    }

    /** The same, but for these places. */
    public LiveCursor at(Map<String, StreamPosition> places) {
        return new LiveCursor(agentId, places, since, beside);
    }

    public String encode() {
        Buffer out = Buffer.buffer(72 + streams.size() * 44).appendByte(KIND).appendByte(VERSION);
        appendText(out, agentId);
        appendText(out.appendLong(since), beside);
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
     * What {@code from} may be: a cursor of the live door or of a history in time order, a time (RFC 3339), or places as an array {@code [{"stream" (id), "epoch",
     * "seq", "timestamp"}]}.
     *
     * @param pointer names the field in a refusal
     * @return null when not given
     */
    public static @Nullable LiveCursor read(@Nullable Object from, String agentId, String pointer) {
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
                return new LiveCursor(agentId, Map.of(), UtcNanos.parse(text));
            } catch (DateTimeException | ArithmeticException e) {
                throw RpcError.invalid(pointer, String.valueOf(e.getMessage()));
            }
        }
        LiveCursor cursor = decode(text);
        if (cursor == null) {
            cursor = ofHistory(text, pointer);
        }
        if (cursor == null || !cursor.agentId.equals(agentId)) {
            throw RpcError.invalid(pointer, "is no cursor of this agent");
        }
        return cursor;
    }

    /** A live cursor; null when it is none. */
    static @Nullable LiveCursor decode(String text) {
        if (text.length() > MAX_CHARS) {
            return null;
        }
        try {
            Buffer in = Buffer.buffer(Base64.getUrlDecoder().decode(text));
            byte version = in.getByte(1);
            if (in.getByte(0) != KIND || version < 1 || version > VERSION) {
                return null;
            }
            int at = 3 + in.getUnsignedByte(2);
            String agentId = in.getString(3, at);
            long since = version == 1 ? NOW : in.getLong(at);
            String beside = "";
            if (version > 1) {
                int end = at + 9 + in.getUnsignedByte(at + 8);
                beside = in.getString(at + 9, end);
                at = end;
            }
            Map<String, StreamPosition> streams = new LinkedHashMap<>();
            while (at < in.length()) {
                int end = at + 1 + in.getUnsignedByte(at);
                String id = in.getString(at + 1, end);
                streams.put(id, new StreamPosition(in.getLong(end), in.getLong(end + 8), in.getLong(end + 16)));
                at = end + 24;
            }
            return streams.size() > MAX_STREAMS ? null : new LiveCursor(agentId, streams, since, beside);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static @Nullable LiveCursor ofHistory(String text, String pointer) {
        Place place;
        try {
            place = Place.decode(text);
        } catch (Place.FormerException e) {
            throw RpcError.invalid(pointer, "is a cursor of order=committed, which is no place in time");
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (place.committed()) {
            throw RpcError.invalid(
                    pointer, "is a cursor of order=committed, which is no place in time: take one of order=time");
        }
        RowKey row = place.row();
        return row == null
                ? new LiveCursor(place.agentId(), Map.of(), 0)
                : new LiveCursor(
                        place.agentId(), Map.of(row.stream(), StreamPosition.of(row)), row.timestamp(), row.stream());
    }

    /** The same place in the one order that a history has; null when the streams are not at one place in it. */
    @Nullable
    Place inHistory() {
        if (streams.isEmpty()) {
            return since == NOW ? null : Place.time(agentId, new RowKey(since - 1, "~", Long.MAX_VALUE, 0));
        }
        if (streams.size() > 1) {
            return null;
        }
        Map.Entry<String, StreamPosition> only = streams.entrySet().iterator().next();
        return Place.time(agentId, only.getValue().before(only.getKey()));
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
        return new LiveCursor(agentId, streams, NOW);
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
