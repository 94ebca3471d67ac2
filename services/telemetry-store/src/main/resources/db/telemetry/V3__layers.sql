-- Samples live in two layers of one table:
--   hot     rows as collectors made them, in partitions of the hour of their arrival; a partition is dropped whole when all of it has been packed
--   packed  what packing made of them: long chunks, one partition per UTC day of ts
-- Rows that are there already become the first of the packed layer: nothing is rewritten.

ALTER TABLE telemetry RENAME TO telemetry_packed;
ALTER INDEX telemetry_time RENAME TO telemetry_packed_time;
ALTER INDEX telemetry_commit RENAME TO telemetry_packed_commit;
ALTER TABLE telemetry_packed
    ADD COLUMN level   smallint NOT NULL DEFAULT 1,
    ADD COLUMN slot    int      NOT NULL DEFAULT 0,
    -- where the section of each channel begins in the chunk, from 0, and where the last one ends; null = look into the chunk
    ADD COLUMN offs    int[],
    -- which transactions stored its samples, from tx to tx_last; null = all of it tx
    ADD COLUMN commits bytea,
    ADD COLUMN tx_last xid8;
ALTER TABLE telemetry_packed ALTER COLUMN commits SET STORAGE EXTERNAL;

CREATE TABLE telemetry (LIKE telemetry_packed INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY LIST (level);
ALTER TABLE telemetry
    ALTER COLUMN level SET DEFAULT 0,
    -- hours since 1970 by the clock of the database: how long a row has been here says nothing about its stamps
    ALTER COLUMN slot SET DEFAULT floor(extract(epoch FROM now()) / 3600)::int;

CREATE TABLE telemetry_hot (LIKE telemetry INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE (slot);
ALTER TABLE telemetry ATTACH PARTITION telemetry_packed FOR VALUES IN (1);
ALTER TABLE telemetry ATTACH PARTITION telemetry_hot FOR VALUES IN (0);
CREATE INDEX telemetry_time ON telemetry (stream_id, ts);
CREATE INDEX telemetry_commit ON telemetry (stream_id, tx, id);

-- Per epoch: hot rows up to this seq have been packed and are hidden. An epoch only grows at its end, so what lies below stays as it is.
CREATE TABLE compacted (
    stream_id text COLLATE "C" NOT NULL,
    epoch     bigint NOT NULL,
    seq       bigint NOT NULL,
    PRIMARY KEY (stream_id, epoch)
) WITH (fillfactor = 50);

-- Every sample once: what all reads look at.
CREATE VIEW chunks AS
SELECT id, tx, epoch, first_seq, ts, te, n, stream_id, mins, maxs, means, valid, chunk, level, slot, offs, commits, tx_last
  FROM telemetry t
 WHERE t.level = 1
    OR NOT EXISTS (SELECT FROM compacted c WHERE c.stream_id = t.stream_id AND c.epoch = t.epoch AND t.first_seq <= c.seq);
