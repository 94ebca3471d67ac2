package dev.sinal.store.sql;

import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.store.domain.Ledger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Streams, epochs and what is known of their clocks and completeness. */
public final class StreamTable {
    private static final int MOST_PROBES = 10_000;
    private static final int MOST_EPOCHS = 10_000;
    private static final int MOST_GAPS = 10_000;

    private static final String STREAMS = """
            SELECT s.stream_id, s.descriptor::text AS descriptor, e.first_seen, e.last_seen, e.epochs,
                   e.samples - COALESCE((SELECT sum(samples) FROM telemetry.deletion_epochs WHERE stream_id = s.stream_id), 0)::bigint
                             - COALESCE((SELECT sum(samples) FROM telemetry.expired WHERE stream_id = s.stream_id), 0)::bigint AS samples,
                   l.committed_seq AS last_samples, l.first_ts AS last_from, l.last_ts AS last_to
              FROM telemetry.streams s
             CROSS JOIN LATERAL (
                   SELECT min(first_ts) AS first_seen, max(last_ts) AS last_seen, count(*) AS epochs,
                          COALESCE(sum(committed_seq), 0)::bigint AS samples
                     FROM telemetry.stream_epochs WHERE stream_id = s.stream_id) e
              LEFT JOIN LATERAL (
                   SELECT committed_seq, first_ts, last_ts FROM telemetry.stream_epochs
                    WHERE stream_id = s.stream_id AND first_ts IS NOT NULL ORDER BY epoch DESC LIMIT 1) l ON true
             WHERE ($1::text IS NULL OR s.agent_id = $1) AND ($2::text IS NULL OR s.stream_id = $2)
             ORDER BY s.agent_id, s.name, s.stream_id
            """;

    private static final String EPOCHS = """
            SELECT * FROM (SELECT epoch, node, fence, committed_seq, opened_at, closed_at, close_reason, first_ts, last_ts,
                                  time_basis, descriptor::text AS descriptor
                             FROM telemetry.stream_epochs WHERE stream_id = $1 ORDER BY epoch DESC LIMIT $2) newest
             ORDER BY epoch
            """;

    private static final String INFO = """
            SELECT info FROM telemetry.stream_epochs
             WHERE stream_id = $1 AND ($2::bigint IS NULL OR epoch = $2) AND info IS NOT NULL
             ORDER BY epoch DESC LIMIT 1
            """;

    private static final String CLOCK = """
            SELECT * FROM (SELECT epoch, measured_at, correction_s, rtt_s, ok, reason FROM telemetry.clock
                            WHERE stream_id = $1 AND ($2::bigint IS NULL OR epoch = $2)
                            ORDER BY measured_at DESC LIMIT $3) newest
             ORDER BY measured_at, epoch
            """;

    private static final String LEDGER = """
            SELECT (s.descriptor ->> 'nominal_rate')::float8 AS rate, e.committed, e.received, e.first_ts, e.last_ts,
                   g.gaps, g.gap_samples, d.deleted, d.deleted_copies, x.expired, x.expired_copies, x.expired_gaps, x.expired_gap_samples
              FROM telemetry.streams s
             CROSS JOIN LATERAL (
                   SELECT COALESCE(sum(committed_seq), 0)::bigint AS committed,
                          COALESCE(sum(GREATEST(committed_seq, last_seq)), 0)::bigint AS received,
                          min(first_ts) AS first_ts, max(last_ts) AS last_ts
                     FROM telemetry.stream_epochs WHERE stream_id = s.stream_id) e
             CROSS JOIN LATERAL (
                   SELECT count(*) AS gaps,
                          COALESCE(sum(estimated_samples) FILTER (WHERE cause <> 'quarantined'), 0)::bigint AS gap_samples
                     FROM telemetry.gaps WHERE stream_id = s.stream_id) g
             CROSS JOIN LATERAL (
                   SELECT COALESCE(sum(samples - superseded), 0)::bigint AS deleted,
                          COALESCE(sum(superseded), 0)::bigint AS deleted_copies
                     FROM telemetry.deletion_epochs WHERE stream_id = s.stream_id) d
             CROSS JOIN LATERAL (
                   SELECT COALESCE(sum(samples - superseded), 0)::bigint AS expired, COALESCE(sum(superseded), 0)::bigint AS expired_copies,
                          COALESCE(sum(gaps), 0)::bigint AS expired_gaps, COALESCE(sum(gap_samples), 0)::bigint AS expired_gap_samples
                     FROM telemetry.expired WHERE stream_id = s.stream_id) x
             WHERE s.stream_id = $1
            """;

    private final Reads reads;
    private final OverlapTable overlaps;
    private final Superseded superseded;

    public StreamTable(Vertx vertx, Reads reads, OverlapTable overlaps, DamagedRows damaged) {
        this.reads = reads;
        this.overlaps = overlaps;
        this.superseded = new Superseded(vertx, reads, damaged);
    }

    public Future<List<StreamRecord>> ofAgent(@Nullable String agentId) {
        return reads.list(STREAMS, Tuple.tuple().addString(agentId).addString(null), StreamTable::stream);
    }

    public Future<StreamRecord> one(String streamId) {
        return reads.list(STREAMS, Tuple.of(null, streamId), StreamTable::stream)
                .compose(found -> found.isEmpty() ? unknown(streamId) : Future.succeededFuture(found.get(0)));
    }

    /** The newest 10 000, oldest of them first. */
    public Future<List<EpochRecord>> epochs(String streamId) {
        return reads.list(EPOCHS, Tuple.of(streamId, MOST_EPOCHS), row -> row)
                .compose(found -> found.isEmpty()
                        ? unknown(streamId)
                        : clips(streamId)
                                .map(clips -> found.stream()
                                        .map(row -> epoch(row, clips))
                                        .toList()));
    }

    public Future<String> info(String streamId, @Nullable Long epoch) {
        return reads.list(INFO, Tuple.of(streamId, epoch), row -> row.getString(0))
                .compose(found -> found.isEmpty()
                        ? RpcError.NOT_FOUND.fail("no description is stored for stream " + streamId)
                        : Future.succeededFuture(found.get(0)));
    }

    /** The newest probes, oldest of them first. */
    public Future<List<ClockRecord>> clock(String streamId, @Nullable Long epoch) {
        return one(streamId)
                .compose(known -> reads.list(CLOCK, Tuple.of(streamId, epoch, MOST_PROBES), StreamTable::probe));
    }

    public Future<LedgerRecord> ledger(String streamId) {
        return reads.list(LEDGER, Tuple.of(streamId), row -> row)
                .compose(found -> found.isEmpty()
                        ? unknown(streamId)
                        : clips(streamId)
                                .compose(clips -> superseded.count(streamId, clips))
                                .compose(twice ->
                                        filled(streamId).map(filled -> ledger(streamId, found.get(0), twice, filled))));
    }

    private Future<List<EpochClip>> clips(String streamId) {
        return reads.run(() -> overlaps.clips(reads.pool(), List.of(streamId), Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** What of the told gaps is no gap any more. */
    private record Filled(long gaps, long samples) {}

    private Future<Filled> filled(String streamId) {
        return reads.run(() -> GapTable.told(reads.pool(), streamId, MOST_GAPS)
                .compose(told -> GapCoverage.rest(reads.pool(), told, Long.MIN_VALUE, Long.MAX_VALUE)
                        .map(rest -> new Filled(told.size() - rest.size(), estimated(told) - estimated(rest)))));
    }

    private static long estimated(List<GapRecord> gaps) {
        return gaps.stream()
                .filter(gap -> gap.estimatedSamples() != null && !gap.cause().equals("quarantined"))
                .mapToLong(gap -> Objects.requireNonNull(gap.estimatedSamples()))
                .sum();
    }

    private static <T> Future<T> unknown(String streamId) {
        return RpcError.NOT_FOUND.fail("stream " + streamId + " is not stored");
    }

    private static StreamRecord stream(Row row) {
        return new StreamRecord(
                Rows.descriptor(row, "descriptor"),
                row.getLong("first_seen"),
                row.getLong("last_seen"),
                Ledger.effectiveRate(row.getLong("last_samples"), row.getLong("last_from"), row.getLong("last_to")),
                row.getLong("epochs"),
                row.getLong("samples"));
    }

    private static EpochRecord epoch(Row row, List<EpochClip> clips) {
        return new EpochRecord(
                row.getLong("epoch"),
                row.getString("node"),
                row.getLong("fence"),
                row.getLong("committed_seq"),
                row.getLong("opened_at"),
                row.getLong("closed_at"),
                row.getString("close_reason"),
                row.getLong("first_ts"),
                row.getLong("last_ts"),
                row.getString("time_basis"),
                Rows.descriptor(row, "descriptor"),
                clips.stream()
                        .filter(clip -> clip.epoch() == row.getLong("epoch"))
                        .map(clip -> new EpochRecord.Overlap(clip.shownBy(), clip.from(), clip.to()))
                        .toList());
    }

    private static ClockRecord probe(Row row) {
        return new ClockRecord(
                row.getLong("epoch"),
                row.getLong("measured_at"),
                row.getDouble("correction_s"),
                row.getDouble("rtt_s"),
                row.getBoolean("ok"),
                row.getString("reason"));
    }

    private static LedgerRecord ledger(String streamId, Row row, long superseded, Filled filled) {
        return Ledger.of(
                streamId,
                row.getDouble("rate"),
                row.getLong("received"),
                row.getLong("committed"),
                superseded + row.getLong("deleted_copies") + row.getLong("expired_copies"),
                row.getLong("deleted"),
                row.getLong("expired"),
                row.getLong("gap_samples") - filled.samples() + row.getLong("expired_gap_samples"),
                row.getLong("gaps") - filled.gaps() + row.getLong("expired_gaps"),
                row.getLong("first_ts"),
                row.getLong("last_ts"));
    }
}
