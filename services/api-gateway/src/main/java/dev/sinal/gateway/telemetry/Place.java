package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place in an agent's history, as the text of a cursor: {@code u8 'H', u8 version, u8 order, u8 length, agent id, i64 tx, i64 timestamp,
 * u8 length, stream id, i64 epoch, i64 seq, u32 CRC}, base64url without padding. Version 1 had the id of the chunk behind the transaction; in the order of time it
 * is still understood.
 *
 * @param committed commit order instead of time order
 * @param tx that stored the last row; commit order only
 * @param row the last row that was read; null = before the first
 */
public record Place(
        String agentId,
        boolean committed,
        long tx,
        @Nullable RowKey row) {
    private static final byte KIND = 'H';
    private static final byte VERSION = 2;
    private static final byte WITH_CHUNK = 1;
    private static final int MAX_CHARS = 512;
    private static final int CRC_BYTES = 4;

    public static Place start(String agentId, boolean committed) {
        return new Place(agentId, committed, 0, null);
    }

    public static Place time(String agentId, RowKey row) {
        return new Place(agentId, false, 0, row);
    }

    public String encode() {
        RowKey last = row == null ? new RowKey(0, "", 0, 0) : row;
        Buffer out = Buffer.buffer(128).appendByte(KIND).appendByte(VERSION).appendByte((byte) (committed ? 1 : 0));
        append(out, agentId);
        out.appendLong(tx).appendLong(last.timestamp());
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

    /** A place in the order of commit as it was kept before long chunks: it names a chunk that may be gone. */
    static final class FormerException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        FormerException() {
            super("is of a former version, whose place in order=committed cannot be found any more:"
                    + " start anew without a cursor");
        }
    }

    /** @throws IllegalArgumentException when it is no cursor of a history; {@link FormerException} for one that was */
    public static Place decode(String text) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException("is not a cursor");
        }
        try {
            Buffer in = Buffer.buffer(Base64.getUrlDecoder().decode(text));
            int end = in.length() - CRC_BYTES;
            if (end < 0
                    || in.getByte(0) != KIND
                    || in.getByte(1) != VERSION && in.getByte(1) != WITH_CHUNK
                    || in.getUnsignedInt(end) != crc(in.getBytes(0, end))) {
                throw new IllegalArgumentException("is not a cursor");
            }
            int at = 4 + in.getUnsignedByte(3);
            String agent = in.getString(4, at);
            boolean committed = in.getByte(2) == 1;
            boolean former = in.getByte(1) == WITH_CHUNK;
            int timeAt = former ? at + 16 : at + 8;
            int streamAt = timeAt + 9;
            int after = streamAt + in.getUnsignedByte(timeAt + 8);
            String stream = in.getString(streamAt, after);
            RowKey row = stream.isEmpty()
                    ? null
                    : new RowKey(in.getLong(timeAt), stream, in.getLong(after), in.getLong(after + 8));
            if (former && committed && row != null) {
                throw new FormerException();
            }
            return new Place(agent, committed, in.getLong(at), row);
        } catch (FormerException e) {
            throw e;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("is not a cursor", e);
        }
    }

    /** The read that goes on from here. */
    ReadQuery after(ReadQuery range) {
        if (!committed) {
            return ReadQuery.range(range.agentId(), range.streams(), range.from(), range.to(), row);
        }
        CommitKey key = row == null ? null : new CommitKey(tx, row.stream(), row.epoch(), row.seq());
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
