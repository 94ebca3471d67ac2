package dev.sinal.contracts.read;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chunks on their way to a reader, little endian. Four forms:
 *
 * <ul>
 *   <li>{@code u8 version = 1, u8 end, u32 count, count × (i64 tx, i64 chunk id, u32 length, chunk)}: chunks of one transaction each
 *   <li>{@code u8 version = 2, u8 end, u32 count, count × (i64 tx, i64 chunk id, u32 length of commits, u32 length, commits, chunk)}
 *   <li>{@code u8 version = 3, u8 end, i64 tx, i64 chunk id, u32 length of commits, u32 total, u32 offset, bytes to the end}: a part of a chunk that is larger than
 *       a frame. Its commits and its chunk, one behind the other, have {@code total} bytes; the parts come in order and nothing comes between them
 *   <li>{@code u8 version = 4, i64 before}, then the first form: of a read that was cut short, see {@link #before}
 * </ul>
 *
 * The writer takes the first form that fits.
 *
 * @param end nothing follows
 * @param part of a chunk; then there are no entries
 * @param before the read was cut short because what is here is enough ({@link ReadQuery#rows}): chunks that begin at this stamp (UTC ns) or later may be missing, and
 *     rows from there on are not to be given; null = nothing was left out
 */
public record ReadFrame(
        boolean end,
        List<Entry> entries,
        @Nullable Part part,
        @Nullable Long before) {
    private static final byte VERSION = 1;
    private static final byte WITH_COMMITS = 2;
    private static final byte PART = 3;
    private static final byte CUT_SHORT = 4;
    private static final int CUT_HEAD = 9;
    private static final int PART_HEAD = 30;
    private static final int ROOM = 16;
    private static final int ENTRY_HEAD = 24;

    public ReadFrame(boolean end, List<Entry> entries) {
        this(end, entries, null, null);
    }

    public ReadFrame(boolean end, List<Entry> entries, @Nullable Part part) {
        this(end, entries, part, null);
    }

    /** All that is sent of a read whose reader has enough with it. @param before see there */
    public static ReadFrame cutShort(List<Entry> entries, long before) {
        return new ReadFrame(true, entries, null, before);
    }

    public static ReadFrame of(boolean end, Part part) {
        return new ReadFrame(end, List.of(), part);
    }

    /**
     * One stored chunk.
     *
     * @param tx transaction that stored it, or its first samples
     * @param id its row
     * @param commits which transactions stored its samples, see {@link Commits}; null = all of them {@code tx}
     */
    public record Entry(long tx, long id, byte[] chunk, byte @Nullable [] commits) {
        public Entry(long tx, long id, byte[] chunk) {
            this(tx, id, chunk, null);
        }

        /** On the way. */
        public int bytes() {
            return chunk.length + (commits == null ? 0 : commits.length);
        }

        /** A part of it. @param from in commits and chunk, one behind the other */
        public Part part(int from, int most) {
            int head = commits == null ? 0 : commits.length;
            int to = Math.min(bytes(), from + most);
            byte[] bytes = new byte[to - from];
            if (commits != null && from < head) {
                System.arraycopy(commits, from, bytes, 0, Math.min(to, head) - from);
            }
            if (to > head) {
                int begin = Math.max(from, head);
                System.arraycopy(chunk, begin - head, bytes, begin - from, to - begin);
            }
            return new Part(tx, id, head, bytes(), from, bytes);
        }
    }

    /**
     * A part of an entry.
     *
     * @param commits bytes of its commits, which come first; 0 = it has none
     * @param total bytes of commits and chunk
     * @param offset where this part begins
     */
    public record Part(long tx, long id, int commits, int total, int offset, byte[] bytes) {}

    /** Of its chunks and commits. */
    public int bytes() {
        return part != null
                ? part.bytes().length
                : entries.stream().mapToInt(Entry::bytes).sum();
    }

    public Buffer toBuffer() {
        Part piece = part;
        if (piece != null) {
            return Buffer.buffer(PART_HEAD + piece.bytes().length)
                    .appendByte(PART)
                    .appendByte((byte) (end ? 1 : 0))
                    .appendLongLE(piece.tx())
                    .appendLongLE(piece.id())
                    .appendUnsignedIntLE(piece.commits())
                    .appendUnsignedIntLE(piece.total())
                    .appendUnsignedIntLE(piece.offset())
                    .appendBytes(piece.bytes());
        }
        boolean plain = entries.stream().allMatch(entry -> entry.commits() == null);
        Buffer out = Buffer.buffer(ROOM + entries.size() * ENTRY_HEAD + bytes());
        if (before != null) {
            out.appendByte(CUT_SHORT).appendLongLE(before);
            plain = true;
        }
        out.appendByte(plain ? VERSION : WITH_COMMITS)
                .appendByte((byte) (end ? 1 : 0))
                .appendUnsignedIntLE(entries.size());
        for (Entry entry : entries) {
            byte[] commits = plain ? null : entry.commits();
            out.appendLongLE(entry.tx()).appendLongLE(entry.id());
            if (!plain) {
                out.appendUnsignedIntLE(commits == null ? 0 : commits.length);
            }
            out.appendUnsignedIntLE(entry.chunk().length);
            if (commits != null) {
                out.appendBytes(commits);
            }
            out.appendBytes(entry.chunk());
        }
        return out;
    }

    /** @throws IllegalArgumentException for another version or impossible lengths */
    public static ReadFrame from(Buffer in) {
        byte version = in.length() < 6 ? 0 : in.getByte(0);
        return switch (version) {
            case VERSION, WITH_COMMITS -> new ReadFrame(in.getByte(1) == 1, entries(in, version == WITH_COMMITS));
            case PART -> of(in.getByte(1) == 1, part(in));
            case CUT_SHORT -> cutShort(plain(in), in.getLongLE(1));
            default -> throw new IllegalArgumentException("read frame version must be 1 to " + CUT_SHORT);
        };
    }

    private static List<Entry> plain(Buffer in) {
        if (in.length() < CUT_HEAD + 6 || in.getByte(CUT_HEAD) != VERSION) {
            throw new IllegalArgumentException("read frame ends before its entries");
        }
        return entries(in.getBuffer(CUT_HEAD, in.length()), false);
    }

    private static List<Entry> entries(Buffer in, boolean withCommits) {
        long count = in.getUnsignedIntLE(2);
        int head = withCommits ? 24 : 20;
        int at = 6;
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long room = (long) in.length() - at - head;
            long commits = withCommits && room >= 0 ? in.getUnsignedIntLE(at + 16) : 0;
            if (room < 0 || commits + in.getUnsignedIntLE(at + head - 4) > room) {
                throw new IllegalArgumentException("read frame ends inside entry " + i);
            }
            int chunk = at + head + (int) commits;
            int next = chunk + (int) in.getUnsignedIntLE(at + head - 4);
            entries.add(new Entry(
                    in.getLongLE(at),
                    in.getLongLE(at + 8),
                    in.getBytes(chunk, next),
                    commits == 0 ? null : in.getBytes(at + head, chunk)));
            at = next;
        }
        return entries;
    }

    private static Part part(Buffer in) {
        if (in.length() < PART_HEAD) {
            throw new IllegalArgumentException("read frame ends inside a part");
        }
        long commits = in.getUnsignedIntLE(18);
        long total = in.getUnsignedIntLE(22);
        long offset = in.getUnsignedIntLE(26);
        if (commits > total || total > Integer.MAX_VALUE || offset + in.length() - PART_HEAD > total) {
            throw new IllegalArgumentException("read frame: a part at " + offset + " of " + total + " bytes");
        }
        return new Part(
                in.getLongLE(2),
                in.getLongLE(10),
                (int) commits,
                (int) total,
                (int) offset,
                in.getBytes(PART_HEAD, in.length()));
    }

    /** The entry whose commits and chunk these bytes are, one behind the other. */
    static Entry whole(Part part, byte[] bytes) {
        byte[] commits = part.commits() == 0 ? null : Arrays.copyOf(bytes, part.commits());
        byte[] chunk = commits == null ? bytes : Arrays.copyOfRange(bytes, commits.length, bytes.length);
        return new Entry(part.tx(), part.id(), chunk, commits);
    }
}
