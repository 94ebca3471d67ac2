-- Agents: what users want, and what collectors last said. One row is the whole truth about one agent; every manager works on it by
-- compare-and-set over "version", so that two managers may run side by side.
CREATE TABLE agents (
    id                  text        PRIMARY KEY,
    kind                text        NOT NULL CHECK (kind IN ('lsl', 'external')),
    spec                jsonb       NOT NULL,
    wanted              text        NOT NULL CHECK (wanted IN ('running', 'stopped')),
    generation          bigint      NOT NULL,
    removed             boolean     NOT NULL DEFAULT false,
    commanded_at        timestamptz NOT NULL,
    state               text        NOT NULL
                        CHECK (state IN ('stopped', 'starting', 'waiting', 'running', 'degraded', 'stopping', 'failed')),
    since               timestamptz NOT NULL,
    reason              text,
    node_id             text,
    node                text,
    fence               bigint      NOT NULL DEFAULT 0,
    reported_generation bigint      NOT NULL DEFAULT 0,
    reported_at         timestamptz,
    restarts            integer     NOT NULL DEFAULT 0,
    pending             bigint      NOT NULL DEFAULT 0,
    waiting_for         jsonb       NOT NULL DEFAULT '[]',
    streams             jsonb       NOT NULL DEFAULT '[]',
    version             bigint      NOT NULL DEFAULT 1,
    created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by          text
) WITH (fillfactor = 50); -- rewritten at every report: leave room for HOT updates

COMMENT ON COLUMN agents.generation IS 'grows with every change of spec or wanted state, also over a removal';
COMMENT ON COLUMN agents.removed IS 'definition is gone for users; the row stays until the collector has let go';
COMMENT ON COLUMN agents.fence IS 'of the lease behind the last report: smaller ones are ignored';

-- Who commanded what. Rows are only ever added.
CREATE TABLE audit (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    agent_id   text        NOT NULL,
    action     text        NOT NULL CHECK (action IN ('created', 'started', 'respecified', 'stopped', 'removed')),
    generation bigint      NOT NULL,
    author     text,
    spec       jsonb
);

CREATE INDEX audit_agent ON audit (agent_id, generation);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'agents.audit is append only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
