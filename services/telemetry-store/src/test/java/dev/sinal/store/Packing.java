package dev.sinal.store;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.ChunkJoin;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.Commits;
import dev.sinal.store.domain.ChunkRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packs hot rows at the moment that a test wants it, into chunks as small as it wants. */
public final class Packing {
    private static final String HOT = """
            SELECT chunk, tx::text, n FROM telemetry.chunks
             WHERE level = 0 AND stream_id = ? AND epoch = ? ORDER BY first_seq LIMIT ?
            """;
    private static final String PACKED = """
            INSERT INTO telemetry.telemetry (level, slot, stream_id, epoch, first_seq, n, ts, te, mins, maxs, means, valid, chunk, offs, commits, tx, tx_last)
            VALUES (1, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::xid8, ?::xid8)
            """;
    private static final String HIDDEN = """
            INSERT INTO telemetry.compacted (stream_id, epoch, seq) VALUES (?, ?, ?)
            ON CONFLICT (stream_id, epoch) DO UPDATE SET seq = EXCLUDED.seq
            """;
    private static final String SPAN =
            "UPDATE telemetry.stream_epochs SET max_span = greatest(max_span, ?) WHERE stream_id = ? AND epoch = ?";

    private Packing() {}

    /** The first hot rows of an epoch, at most so many, as one chunk. @return whether there were any */
    public static boolean pack(Connection connection, String stream, long epoch, int rows) throws SQLException {
        connection.setAutoCommit(false);
        List<SampleBlock> blocks = new ArrayList<>();
        Commits.Builder commits = new Commits.Builder();
        try (PreparedStatement hot = connection.prepareStatement(HOT)) {
            hot.setString(1, stream);
            hot.setLong(2, epoch);
            hot.setInt(3, rows);
            ResultSet found = hot.executeQuery();
            while (found.next()) {
                byte[] chunk = found.getBytes(1);
                if (!blocks.isEmpty()
                        && ChunkHeader.read(chunk).firstSeq()
                                != blocks.get(blocks.size() - 1).firstSeq()
                                        + blocks.get(blocks.size() - 1).size()) {
                    break;
                }
                blocks.add(ChunkDecoder.decode(chunk));
                commits.add(found.getInt(3), Long.parseUnsignedLong(found.getString(2)));
            }
        }
        if (!blocks.isEmpty()) {
            store(connection, ChunkRow.of(ChunkEncoder.encode(ChunkJoin.of(blocks), Codecs.COMPACT)), commits);
        }
        connection.commit();
        return !blocks.isEmpty();
    }

    private static void store(Connection connection, ChunkRow row, Commits.Builder commits) throws SQLException {
        ChunkHeader header = ChunkHeader.read(row.chunk());
        Integer[] offs = new Integer[header.channels() + 1];
        for (int c = 0; c < header.channels(); c++) {
            offs[c] = header.channelOffset(c);
        }
        offs[header.channels()] = header.length();
        try (PreparedStatement packed = connection.prepareStatement(PACKED)) {
            packed.setString(1, row.streamId());
            packed.setLong(2, row.epoch());
            packed.setLong(3, row.firstSeq());
            packed.setInt(4, row.count());
            packed.setLong(5, row.ts());
            packed.setLong(6, row.te());
            packed.setArray(7, connection.createArrayOf("float8", boxed(row.mins())));
            packed.setArray(8, connection.createArrayOf("float8", boxed(row.maxs())));
            packed.setArray(9, connection.createArrayOf("float8", boxed(row.means())));
            packed.setArray(
                    10,
                    connection.createArrayOf(
                            "int4", Arrays.stream(row.valid()).boxed().toArray()));
            packed.setBytes(11, row.chunk());
            packed.setArray(12, connection.createArrayOf("int4", offs));
            packed.setBytes(13, commits.toBytes());
            packed.setString(14, Long.toUnsignedString(commits.firstTx()));
            packed.setString(15, Long.toUnsignedString(commits.lastTx()));
            packed.executeUpdate();
        }
        try (PreparedStatement hidden = connection.prepareStatement(HIDDEN);
                PreparedStatement span = connection.prepareStatement(SPAN)) {
            hidden.setString(1, row.streamId());
            hidden.setLong(2, row.epoch());
            hidden.setLong(3, row.lastSeq());
            hidden.executeUpdate();
            span.setLong(1, row.te() - row.ts());
            span.setString(2, row.streamId());
            span.setLong(3, row.epoch());
            span.executeUpdate();
        }
    }

    private static Double[] boxed(double[] values) {
        return Arrays.stream(values).boxed().toArray(Double[]::new);
    }
}
