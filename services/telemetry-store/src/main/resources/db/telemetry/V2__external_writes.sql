-- Writes of external agents that were stored under a key of the caller: a repeated one stores nothing. Kept for a day.
CREATE TABLE external_writes (
    key      text COLLATE "C" NOT NULL,
    agent_id text COLLATE "C" NOT NULL,
    digest   text   NOT NULL,
    samples  bigint NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, agent_id)
);
CREATE INDEX external_writes_at ON external_writes USING brin (at);
