package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A read met rows whose chunks are not what was stored: their bytes changed in the database. */
final class DamagedChunks extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Damage> rows;

    private DamagedChunks(List<Damage> rows) {
        super(rows.size() + " stored chunks are damaged, the first: " + rows.get(0));
        this.rows = List.copyOf(rows);
    }

    /**
     * A damaged row.
     *
     * @param timestamp its column ts
     * @param id its column id
     */
    record Damage(String streamId, long timestamp, long id, String reason) {}

    List<Damage> rows() {
        return rows;
    }

    static DamagedChunks of(Row row, ChunkFormatException failure) {
        return new DamagedChunks(List.of(damage(row, String.valueOf(failure.getMessage()))));
    }

    static DamagedChunks of(Damage damage) {
        return new DamagedChunks(List.of(damage));
    }

    private static Damage damage(Row row, String reason) {
        return new Damage(row.getString("stream_id"), row.getLong("ts"), row.getLong("id"), reason);
    }

    /** Looks at the chunks of many rows, and only then complains of those that are damaged. */
    static final class Check {
        private final List<Damage> found = new ArrayList<>();

        /**
         * @param row has stream_id, epoch, first_seq, ts and id
         * @param chunk of it, whole or with some of its channels
         */
        void look(Row row, byte[] chunk) {
            String reason = reason(row, chunk);
            if (reason != null) {
                found.add(damage(row, reason));
            }
        }

        void damaged(Row row, ChunkFormatException failure) {
            found.add(damage(row, String.valueOf(failure.getMessage())));
        }

        void done() {
            if (!found.isEmpty()) {
                throw new DamagedChunks(found);
            }
        }
    }

    /** Null for an undamaged chunk of this row. */
    private static @Nullable String reason(Row row, byte[] chunk) {
        try {
            ChunkDecoder.verify(chunk);
        } catch (ChunkFormatException e) {
            return e.getMessage();
        }
        ChunkHeader header = ChunkHeader.read(chunk);
        boolean own = header.streamId().equals(row.getString("stream_id")) && header.epoch() == row.getLong("epoch");
        return own ? null : "the chunk of another epoch: " + header;
    }
}
