-- Collecting nodes, as they report themselves. Reports reach any manager, so what is known of a node is here and nowhere else.
CREATE TABLE nodes (
    node_id  text             PRIMARY KEY,
    node     text             NOT NULL,
    agents   text[]           NOT NULL DEFAULT '{}',
    load     double precision NOT NULL DEFAULT 0,
    draining boolean          NOT NULL DEFAULT false,
    seen_at  timestamptz      NOT NULL
) WITH (fillfactor = 50); -- rewritten at every report

COMMENT ON COLUMN nodes.load IS 'samples times channels per second';
COMMENT ON COLUMN nodes.draining IS 'the node itself says that it takes no agents';

-- Nodes that shall have no agents. By name: a node that restarts meanwhile stays empty.
CREATE TABLE drains (
    node   text        PRIMARY KEY,
    since  timestamptz NOT NULL DEFAULT clock_timestamp(),
    author text
);

ALTER TABLE agents ADD COLUMN preferred text;
COMMENT ON COLUMN agents.preferred IS 'name of the node that shall collect it, while that node is there';

ALTER TABLE audit ALTER COLUMN agent_id DROP NOT NULL;
ALTER TABLE audit ADD COLUMN node text;
ALTER TABLE audit DROP CONSTRAINT audit_action_check;
ALTER TABLE audit ADD CONSTRAINT audit_action_check
    CHECK (action IN ('created', 'started', 'respecified', 'stopped', 'removed', 'moved', 'drained', 'undrained'));
