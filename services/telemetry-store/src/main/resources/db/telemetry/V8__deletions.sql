-- Removals of samples that somebody asked for: what was asked, how far it is, and at last the record that it was done. Rows stay for good.
CREATE TABLE deletions (
    id           text COLLATE "C" PRIMARY KEY,
    agent_id     text COLLATE "C" NOT NULL,
    -- as it was asked, name or id; null = all streams of the agent, and its markers
    stream       text,
    -- UTC ns, the end exclusive; null = open
    from_ts      bigint,
    to_ts        bigint,
    requested_by text   NOT NULL,
    requested_at bigint NOT NULL,
    -- null while there is more to do
    finished_at  bigint,
    markers      bigint NOT NULL DEFAULT 0,
    -- why the last try ended early
    error        text
);
CREATE INDEX deletions_agent ON deletions (agent_id, requested_at);
CREATE INDEX deletions_open ON deletions (requested_at) WHERE finished_at IS NULL;

-- Its epochs: those that had samples of the range when it was asked for. A killed worker goes on behind at_seq.
CREATE TABLE deletion_epochs (
    deletion_id text COLLATE "C" NOT NULL,
    stream_id   text COLLATE "C" NOT NULL,
    epoch       bigint   NOT NULL,
    -- watermark when it was asked for: what comes later is kept
    up_to_seq   bigint   NOT NULL,
    -- 0 hot rows, 1 packed ones, 2 done; hot rows first, because they become packed ones and never the other way
    layer       smallint NOT NULL DEFAULT 0,
    at_seq      bigint   NOT NULL DEFAULT 0,
    -- removed; superseded ones (another owner's copies) are among the samples
    samples     bigint   NOT NULL DEFAULT 0,
    superseded  bigint   NOT NULL DEFAULT 0,
    chunks      bigint   NOT NULL DEFAULT 0,
    bytes       bigint   NOT NULL DEFAULT 0,
    first_ts    bigint,
    last_ts     bigint,
    PRIMARY KEY (deletion_id, stream_id, epoch)
) WITH (fillfactor = 70);
CREATE INDEX deletion_epochs_stream ON deletion_epochs (stream_id);
