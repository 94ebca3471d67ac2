-- Times are UTC nanoseconds since 1970 (bigint): timestamptz would cut them to microseconds.
-- No foreign keys: rows are made in the order in which chunks arrive, by many writers.

CREATE TABLE streams (
    stream_id  text COLLATE "C" PRIMARY KEY,
    agent_id   text COLLATE "C" NOT NULL,
    name       text NOT NULL,
    -- epoch that the descriptor is of: the newest known
    last_epoch bigint NOT NULL,
    descriptor jsonb  NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX streams_agent ON streams (agent_id, name);

-- One row per epoch; updated once per commit of samples. Half-full pages and no index on changing columns keep those updates in the page.
CREATE TABLE stream_epochs (
    stream_id     text COLLATE "C" NOT NULL,
    epoch         bigint NOT NULL,
    node          text   NOT NULL,
    fence         bigint NOT NULL,
    -- every sample up to this one is stored (or in quarantine)
    committed_seq bigint NOT NULL DEFAULT 0,
    first_ts      bigint,
    last_ts       bigint,
    -- longest te - ts of its chunks: how much earlier a range read must begin to look
    max_span      bigint NOT NULL DEFAULT 0,
    time_basis    text,
    descriptor    jsonb  NOT NULL,
    info          text,
    opened_at     bigint NOT NULL,
    closed_at     bigint,
    close_reason  text,
    -- last sample the collector numbered, known at closing
    last_seq      bigint,
    PRIMARY KEY (stream_id, epoch)
) WITH (fillfactor = 50);

CREATE SEQUENCE telemetry_id;

-- Chunks of samples, encoded by the collector. One partition per UTC day of ts, made ahead and on demand.
CREATE TABLE telemetry (
    id        bigint NOT NULL DEFAULT nextval('telemetry_id'),
    -- transaction that stored the row: commit order is (tx, id) below pg_snapshot_xmin
    tx        xid8   NOT NULL DEFAULT pg_current_xact_id(),
    epoch     bigint NOT NULL,
    first_seq bigint NOT NULL,
    -- smallest and largest stamp
    ts        bigint NOT NULL,
    te        bigint NOT NULL,
    n         int    NOT NULL,
    stream_id text COLLATE "C" NOT NULL,
    -- per channel, finite values only, raw (before scale and offset)
    mins      float8[] NOT NULL,
    maxs      float8[] NOT NULL,
    means     float8[] NOT NULL,
    valid     int[]    NOT NULL,
    chunk     bytea    NOT NULL
) PARTITION BY RANGE (ts);
ALTER TABLE telemetry ALTER COLUMN chunk SET STORAGE EXTERNAL;
CREATE INDEX telemetry_time ON telemetry (stream_id, ts);
CREATE INDEX telemetry_commit ON telemetry (stream_id, tx, id);

CREATE TABLE gaps (
    stream_id         text COLLATE "C" NOT NULL,
    epoch             bigint NOT NULL,
    -- last sample we have and next sample we have; to_ts is null while the gap is open
    from_ts           bigint NOT NULL,
    to_ts             bigint,
    cause             text   NOT NULL,
    estimated_samples bigint,
    evidence          text,
    note_id           text   NOT NULL,
    PRIMARY KEY (stream_id, epoch, from_ts, cause)
);
CREATE INDEX gaps_time ON gaps (stream_id, from_ts);

CREATE TABLE clock (
    note_id      text   PRIMARY KEY,
    stream_id    text COLLATE "C" NOT NULL,
    epoch        bigint NOT NULL,
    measured_at  bigint NOT NULL,
    correction_s float8,
    rtt_s        float8,
    ok           boolean NOT NULL,
    reason       text
);
CREATE INDEX clock_time ON clock (stream_id, measured_at);

CREATE TABLE markers (
    id            text COLLATE "C" PRIMARY KEY,
    agent_id      text COLLATE "C",
    stream        text,
    label         text   NOT NULL,
    value         text,
    ts            bigint NOT NULL,
    duration_s    float8,
    time_basis    text   NOT NULL,
    uncertainty_s float8,
    source        text   NOT NULL,
    author        text
);
CREATE INDEX markers_time ON markers (ts, id);
CREATE INDEX markers_agent ON markers (agent_id, ts, id);

CREATE TABLE logs (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agent_id text COLLATE "C",
    ts       bigint   NOT NULL,
    -- 0 debug, 1 info, 2 warn, 3 error
    level    smallint NOT NULL,
    source   text     NOT NULL,
    message  text     NOT NULL,
    data     json
);
CREATE INDEX logs_agent ON logs (agent_id, id);
CREATE INDEX logs_time ON logs (ts);

-- What could not be stored, kept for people. The id is the SHA-256 of the bytes, so that a resend adds nothing.
CREATE TABLE quarantine (
    id         text PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    node       text,
    stream_id  text,
    epoch      bigint,
    first_seq  bigint,
    last_seq   bigint,
    reason     text  NOT NULL,
    chunk      bytea NOT NULL
);
