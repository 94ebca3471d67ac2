package dev.sinal.contracts.read;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Chunks on their way to a reader: {@code u8 version = 1, u8 end, u32 count, count × (i64 tx, i64 chunk id, u32 length, bytes)}, little endian.
 *
 * @param end nothing follows
 */
public record ReadFrame(boolean end, List<Entry> entries) {
    private static final byte VERSION = 1;

    /** One stored chunk. @param tx transaction that stored it @param id its row */
    public record Entry(long tx, long id, byte[] chunk) {}

    public Buffer toBuffer() {
        Buffer out = Buffer.buffer()
                .appendByte(VERSION)
                .appendByte((byte) (end ? 1 : 0))
                .appendUnsignedIntLE(entries.size());
        for (Entry entry : entries) {
            out.appendLongLE(entry.tx())
                    .appendLongLE(entry.id())
                    .appendUnsignedIntLE(entry.chunk().length)
                    .appendBytes(entry.chunk());
        }
        return out;
    }

    /** @throws IllegalArgumentException for another version or impossible lengths */
    public static ReadFrame from(Buffer in) {
        if (in.length() < 6 || in.getByte(0) != VERSION) {
            throw new IllegalArgumentException("read frame version must be " + VERSION);
        }
        long count = in.getUnsignedIntLE(2);
        int at = 6;
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            if (at + 20 > in.length() || at + 20 + in.getUnsignedIntLE(at + 16) > in.length()) {
                throw new IllegalArgumentException("read frame ends inside entry " + i);
            }
            int length = (int) in.getUnsignedIntLE(at + 16);
            entries.add(new Entry(in.getLongLE(at), in.getLongLE(at + 8), in.getBytes(at + 20, at + 20 + length)));
            at += 20 + length;
        }
        return new ReadFrame(in.getByte(1) == 1, entries);
    }
}
