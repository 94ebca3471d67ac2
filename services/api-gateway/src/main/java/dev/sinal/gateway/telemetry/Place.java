package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place in an agent's history, as the text of a cursor: {@code u8 'H', u8 version, u8 order, u8 length, agent id, i64 tx, i64 chunk, i64 timestamp,
 * u8 length, stream id, i64 epoch, i64 seq, u32 CRC}, base64url without padding.
 *
 * @param committed commit order instead of time order
 * @param tx of the chunk of the last row; commit order only
 * @param chunk of the last row; commit order only
 * @param row the last row that was read; null = before the first
 */
public record Place(
        String agentId,
        boolean committed,
        long tx,
        long chunk,
        @Nullable RowKey row) {
    private static final byte KIND = 'H';
    private static final byte VERSION = 1;
    private static final int MAX_CHARS = 512;
    private static final int CRC_BYTES = 4;

    public static Place start(String agentId, boolean committed) {
        return new Place(agentId, committed, 0, 0, null);
    }

    public static Place time(String agentId, RowKey row) {
        return new Place(agentId, false, 0, 0, row);
    }

    public String encode() {
        RowKey last = row == null ? new RowKey(0, "", 0, 0) : row;
        Buffer out = Buffer.buffer(128).appendByte(KIND).appendByte(VERSION).appendByte((byte) (committed ? 1 : 0));
        append(out, agentId);
        out.appendLong(tx).appendLong(chunk).appendLong(last.timestamp());
        append(out, last.stream());
        out.appendLong(last.epoch()).appendLong(last.seq());
        out.appendUnsignedInt(crc(out.getBytes()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.getBytes());
    }

    private static void append(Buffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.appendByte((byte) bytes.length).appendBytes(bytes);
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    /** @throws IllegalArgumentException when it is no cursor of a history */
    public static Place decode(String text) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException("is not a cursor");
        }
        try {
            Buffer in = Buffer.buffer(Base64.getUrlDecoder().decode(text));
            int end = in.length() - CRC_BYTES;
            if (end < 0
                    || in.getByte(0) != KIND
                    || in.getByte(1) != VERSION
                    || in.getUnsignedInt(end) != crc(in.getBytes(0, end))) {
                throw new IllegalArgumentException("is not a cursor");
            }
            int at = 4 + in.getUnsignedByte(3);
            String agent = in.getString(4, at);
            int streamAt = at + 25;
            int after = streamAt + in.getUnsignedByte(at + 24);
            String stream = in.getString(streamAt, after);
            RowKey row = stream.isEmpty()
                    ? null
                    : new RowKey(in.getLong(at + 16), stream, in.getLong(after), in.getLong(after + 8));
            return new Place(agent, in.getByte(2) == 1, in.getLong(at), in.getLong(at + 8), row);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("is not a cursor", e);
        }
    }

    /** The read that goes on from here. */
    ReadQuery after(ReadQuery range) {
        if (!committed) {
            return ReadQuery.range(range.agentId(), range.streams(), range.from(), range.to(), row);
        }
        // Seq 0: the chunk of the last row comes once more, and the rows of it that were read are left out by the
        // reader. A chunk whose samples are
        // not in the order of time could not be cut by seq.
        ReadQuery.CommitKey key = row == null ? null : new ReadQuery.CommitKey(tx, chunk, 0);
        return new ReadQuery(
                range.agentId(),
                range.streams(),
                range.from(),
                range.to(),
                ReadQuery.COMMITTED,
                null,
                key,
                0,
                ReadQuery.MAX_FRAME_BYTES);
    }
}
