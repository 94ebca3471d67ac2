-- The place of a row in commit order is (tx, stream_id, epoch, seq), which stays the same when it is packed.
DROP INDEX telemetry_commit;
CREATE INDEX telemetry_commit ON telemetry (stream_id, tx, epoch, first_seq);
-- Packed chunks that hold samples of earlier and of later transactions than one.
CREATE INDEX telemetry_packed_straddling ON telemetry_packed (stream_id, tx_last, tx) WHERE tx_last IS NOT NULL;
-- A read of a moment begins to look as much earlier as the longest chunk is long: what ends before it is passed by in the index.
DROP INDEX telemetry_time;
CREATE INDEX telemetry_time ON telemetry (stream_id, ts, te);
