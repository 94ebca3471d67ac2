package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.store.domain.ChunkRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.function.IntConsumer;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * Rows of the packed layer as PostgreSQL's binary COPY takes them, sent as they come: no more than one row is in memory.
 *
 * @see "PostgreSQL documentation, COPY, Binary Format"
 */
final class CopyRows {
    private static final String COPY = "COPY telemetry.telemetry_packed"
            + " (stream_id, epoch, first_seq, n, ts, te, mins, maxs, means, valid, offs, chunk) FROM STDIN (FORMAT binary)";
    private static final short FIELDS = 12;
    private static final byte[] SIGNATURE = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final int FLOAT8 = 701;
    private static final int INT4 = 23;
    private static final int ARRAY_HEAD = 24;
    /** Of a row beside its arrays, stream id and chunk. */
    private static final int FIXED = 256;

    private final CopyIn copy;

    private CopyRows(CopyIn copy) {
        this.copy = copy;
    }

    static CopyRows begin(CopyManager manager) throws SQLException {
        CopyRows rows = new CopyRows(manager.copyIn(COPY));
        rows.copy.writeToCopy(SIGNATURE, 0, SIGNATURE.length);
        return rows;
    }

    void add(ChunkRow row) throws SQLException {
        ChunkHeader header = ChunkHeader.read(row.chunk());
        byte[] stream = row.streamId().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(FIXED + stream.length + 5 * ARRAY_HEAD + (header.channels() + 1) * 5 * 12);
        out.putShort(FIELDS);
        out.putInt(stream.length).put(stream);
        out.putInt(8).putLong(row.epoch());
        out.putInt(8).putLong(row.firstSeq());
        out.putInt(4).putInt(row.count());
        out.putInt(8).putLong(row.ts());
        out.putInt(8).putLong(row.te());
        doubles(out, row.mins());
        doubles(out, row.maxs());
        doubles(out, row.means());
        integers(out, row.valid());
        integers(out, offsets(header));
        out.putInt(row.chunk().length);
        copy.writeToCopy(out.array(), 0, out.position());
        copy.writeToCopy(row.chunk(), 0, row.chunk().length);
    }

    /** Where the section of each channel begins, and where the last one ends. */
    private static int[] offsets(ChunkHeader header) {
        int[] offsets = new int[header.channels() + 1];
        for (int c = 0; c < header.channels(); c++) {
            offsets[c] = header.channelOffset(c);
        }
        offsets[header.channels()] = header.length();
        return offsets;
    }

    private static void doubles(ByteBuffer out, double[] values) {
        array(out, FLOAT8, 8, values.length, i -> out.putDouble(values[i]));
    }

    private static void integers(ByteBuffer out, int[] values) {
        array(out, INT4, 4, values.length, i -> out.putInt(values[i]));
    }

    private static void array(ByteBuffer out, int type, int size, int length, IntConsumer element) {
        if (length == 0) {
            out.putInt(12).putInt(0).putInt(0).putInt(type);
            return;
        }
        out.putInt(20 + length * (4 + size));
        out.putInt(1).putInt(0).putInt(type).putInt(length).putInt(1);
        for (int i = 0; i < length; i++) {
            out.putInt(size);
            element.accept(i);
        }
    }

    void end() throws SQLException {
        copy.writeToCopy(new byte[] {(byte) 0xff, (byte) 0xff}, 0, 2);
        copy.endCopy();
    }

    /** Nothing of it is kept; harmless when it has ended. */
    void cancel() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
