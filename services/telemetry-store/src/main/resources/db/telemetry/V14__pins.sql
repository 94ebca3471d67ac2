-- Ranges that are kept: retention leaves the UTC days that they touch, deletions of them need force.
CREATE TABLE pins (
    id         text COLLATE "C" PRIMARY KEY,
    agent_id   text COLLATE "C" NOT NULL,
    -- as it was asked, name or id; null = all streams of the agent
    stream     text,
    -- UTC ns, the end exclusive; null = open
    from_ts    bigint,
    to_ts      bigint,
    -- UTC days since 1970 that it touches, both included
    first_day  int    NOT NULL,
    last_day   int    NOT NULL,
    reason     text   NOT NULL,
    created_by text   NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX pins_agent ON pins (agent_id);

-- UTC days of the packed layer that retention has removed, or decided to remove: what is decided is finished, by whoever comes next.
CREATE TABLE expired_days (
    day         int    PRIMARY KEY,
    decided_at  bigint NOT NULL,
    -- null while its partition is still there
    finished_at bigint,
    samples     bigint NOT NULL DEFAULT 0,
    chunks      bigint NOT NULL DEFAULT 0,
    bytes       bigint NOT NULL DEFAULT 0
);
CREATE INDEX expired_days_open ON expired_days (day) WHERE finished_at IS NULL;

-- What retention took from each epoch, so that its samples can be accounted for.
CREATE TABLE expired (
    stream_id   text COLLATE "C" NOT NULL,
    epoch       bigint NOT NULL,
    -- superseded ones (another owner's copies) are among the samples
    samples     bigint NOT NULL DEFAULT 0,
    superseded  bigint NOT NULL DEFAULT 0,
    chunks      bigint NOT NULL DEFAULT 0,
    bytes       bigint NOT NULL DEFAULT 0,
    -- smallest and largest stamp
    first_ts    bigint,
    last_ts     bigint,
    -- rows of gaps, as far as nothing filled them, and their estimates
    gaps        bigint NOT NULL DEFAULT 0,
    gap_samples bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (stream_id, epoch)
) WITH (fillfactor = 70);

-- Retention looks for the oldest rows.
CREATE INDEX gaps_expiry ON gaps (to_ts);
CREATE INDEX clock_expiry ON clock (measured_at);
CREATE INDEX quarantine_expiry ON quarantine (at);
