package dev.sinal.store.sql;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What collectors say of streams besides samples: gaps, clock probes, the stream's XML, the end of an epoch. Saying it twice changes nothing. */
public final class NoteTable {
    /** An open gap is closed by the note that knows its end; one told of just before a crash grows with the next note. */
    private static final String ADD_GAP = """
            INSERT INTO telemetry.gaps AS g
                   (stream_id, epoch, from_ts, to_ts, cause, estimated_samples, evidence, note_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (stream_id, epoch, from_ts, cause) DO UPDATE
               SET to_ts = excluded.to_ts, estimated_samples = excluded.estimated_samples,
                   evidence = excluded.evidence, note_id = excluded.note_id
             WHERE g.to_ts IS NULL OR excluded.to_ts > g.to_ts
            """;

    private static final String ADD_CLOCK = """
            INSERT INTO telemetry.clock (note_id, stream_id, epoch, measured_at, correction_s, rtt_s, ok, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (note_id) DO NOTHING
            """;

    private static final String SET_INFO = """
            UPDATE telemetry.stream_epochs SET info = $3
             WHERE stream_id = $1 AND epoch = $2 AND info IS DISTINCT FROM $3
            """;

    /** A later note may know that the epoch keeps fewer: its rest went on as another one. */
    private static final String CLOSE = """
            UPDATE telemetry.stream_epochs
               SET closed_at = COALESCE(closed_at, $3), close_reason = COALESCE(close_reason, $4), last_seq = $5
             WHERE stream_id = $1 AND epoch = $2 AND fence = $6 AND (closed_at IS NULL OR last_seq > $5)
            """;

    private final Pool pool;

    public NoteTable(Pool pool) {
        this.pool = pool;
    }

    /** @param now UTC ns, for notes that carry no time of their own; all or none */
    public Future<Void> add(List<StoreNote> notes, long now) {
        List<Statement> statements = new ArrayList<>();
        List<ChunkEnvelope> envelopes = new ArrayList<>();
        for (StoreNote note : notes) {
            StreamDescriptor stream = note.stream();
            if (stream != null && note.epoch() > 0) {
                envelopes.add(new ChunkEnvelope(note.node(), note.fence(), note.epoch(), stream));
            }
            statements.add(statement(note, now));
        }
        return pool.withTransaction(connection -> {
            Future<Void> done =
                    envelopes.isEmpty() ? Future.succeededFuture() : EpochTable.register(connection, envelopes);
            for (Statement statement : statements) {
                done = done.compose(before -> statement.execute(connection));
            }
            return done;
        });
    }

    private record Statement(String sql, Tuple values) {
        Future<Void> execute(SqlConnection connection) {
            return connection.preparedQuery(sql).execute(values).mapEmpty();
        }
    }

    private static Statement statement(StoreNote note, long now) {
        return switch (note.kind()) {
            case StoreNote.GAP -> gap(note, Wire.read(note.payload(), GapRecord.class));
            case StoreNote.CLOCK -> clock(note, Wire.read(note.payload(), ClockRecord.class));
            case StoreNote.INFO ->
                new Statement(
                        SET_INFO,
                        Tuple.of(
                                streamId(note),
                                note.epoch(),
                                clean(note.payload().getString("xml", ""))));
            case StoreNote.EPOCH_CLOSED -> close(note, now);
            default -> throw new IllegalArgumentException("kind '" + note.kind() + "' is unknown");
        };
    }

    private static Statement gap(StoreNote note, GapRecord gap) {
        String stream = gap.stream() == null ? streamId(note) : gap.stream();
        return new Statement(
                ADD_GAP,
                Tuple.tuple()
                        .addString(stream)
                        .addLong(gap.epoch())
                        .addLong(gap.from())
                        .addLong(gap.to())
                        .addString(clean(gap.cause()))
                        .addLong(gap.estimatedSamples())
                        .addString(clean(gap.evidence()))
                        .addString(note.id()));
    }

    private static Statement clock(StoreNote note, ClockRecord clock) {
        return new Statement(
                ADD_CLOCK,
                Tuple.tuple()
                        .addString(note.id())
                        .addString(streamId(note))
                        .addLong(clock.epoch())
                        .addLong(clock.measuredAt())
                        .addDouble(clock.correctionS())
                        .addDouble(clock.rttS())
                        .addBoolean(clock.ok())
                        .addString(clean(clock.reason())));
    }

    private static Statement close(StoreNote note, long now) {
        JsonObject payload = note.payload();
        return new Statement(
                CLOSE,
                Tuple.tuple()
                        .addString(streamId(note))
                        .addLong(note.epoch())
                        .addLong(payload.getLong("closed_at", now))
                        .addString(clean(payload.getString("reason")))
                        .addLong(payload.getLong("last_seq"))
                        .addLong(note.fence()));
    }

    private static String streamId(StoreNote note) {
        StreamDescriptor stream = note.stream();
        if (stream == null) {
            throw new IllegalArgumentException("a note of kind " + note.kind() + " needs stream");
        }
        return stream.id();
    }

    private static @Nullable String clean(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }
}
