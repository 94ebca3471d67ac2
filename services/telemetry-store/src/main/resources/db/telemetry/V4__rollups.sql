-- Extremes, counts and sums in buckets, for plots of long ranges. The width of a bucket at a level is 4^level seconds, from 4^-4 to 4^8, aligned to 1970.
-- Packing writes the finest level of an epoch; rows of the next level are merged from consecutive rows of the one below, so that each level holds the
-- samples of the epoch up to some seq.

-- One row per channel and stretch of seq. Rows add up: a bucket at the seam of two rows is in both. No row crosses a UTC day, so that what is deleted
-- with a day is deleted exactly. One partition per month.
CREATE TABLE rollups (
    epoch     bigint NOT NULL,
    -- samples that went into it
    first_seq bigint NOT NULL,
    last_seq  bigint NOT NULL,
    -- their smallest and largest stamp, UTC ns
    ts        bigint NOT NULL,
    te        bigint NOT NULL,
    level     smallint NOT NULL,
    channel   smallint NOT NULL,
    stream_id text COLLATE "C" NOT NULL,
    -- per bucket that has a finite value, ascending: how many widths it begins after the bucket of ts; how many values; raw ones (before scale and offset)
    buckets   int[]    NOT NULL,
    counts    bigint[] NOT NULL,
    mins      float8[] NOT NULL,
    maxs      float8[] NOT NULL,
    sums      float8[] NOT NULL
) PARTITION BY RANGE (ts);
ALTER TABLE rollups
    ALTER COLUMN buckets SET STORAGE EXTERNAL,
    ALTER COLUMN counts SET STORAGE EXTERNAL,
    ALTER COLUMN mins SET STORAGE EXTERNAL,
    ALTER COLUMN maxs SET STORAGE EXTERNAL,
    ALTER COLUMN sums SET STORAGE EXTERNAL;
CREATE INDEX rollups_time ON rollups (stream_id, level, channel, ts);
-- Rows come about in the order of ts: a few pages are enough to find a day.
CREATE INDEX rollups_day ON rollups USING brin (ts);

CREATE TABLE rollup_epochs (
    stream_id text COLLATE "C" NOT NULL,
    epoch     bigint  NOT NULL,
    -- level that is made from samples; null until the first
    finest    smallint,
    -- every packed sample of the epoch is in its finest level; if not, the rest is made from the packed chunks
    complete  boolean NOT NULL,
    -- nothing more will come, and all levels are as far as the finest
    closed    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (stream_id, epoch)
);
CREATE INDEX rollup_epochs_incomplete ON rollup_epochs (stream_id) WHERE NOT complete;
CREATE INDEX rollup_epochs_open ON rollup_epochs (stream_id) WHERE NOT closed;

-- How far each level of an epoch is. A level without a row has nothing.
CREATE TABLE rollup_levels (
    stream_id    text COLLATE "C" NOT NULL,
    epoch        bigint   NOT NULL,
    level        smallint NOT NULL,
    -- rows of the level hold all samples up to this one that are stored
    seq          bigint   NOT NULL,
    -- longest te - ts of its rows
    max_span     bigint   NOT NULL,
    -- of its rows that no row of the next level holds: their smallest ts, the UTC day of the last, how many, and how many buckets a channel
    open_ts      bigint,
    open_day     bigint   NOT NULL DEFAULT 0,
    open_rows    int      NOT NULL DEFAULT 0,
    open_buckets int      NOT NULL DEFAULT 0,
    -- they are enough for a row of the next level
    ready        boolean  NOT NULL DEFAULT false,
    PRIMARY KEY (stream_id, epoch, level)
) WITH (fillfactor = 50);
CREATE INDEX rollup_levels_ready ON rollup_levels (stream_id) WHERE ready;

-- Rollups are made of packed chunks in order of seq.
CREATE INDEX telemetry_packed_seq ON telemetry_packed (stream_id, epoch, first_seq);
INSERT INTO rollup_epochs (stream_id, epoch, complete) SELECT stream_id, epoch, false FROM stream_epochs WHERE descriptor ->> 'format' <> 'string';
