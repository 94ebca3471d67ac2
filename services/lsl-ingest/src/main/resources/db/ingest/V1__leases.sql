-- Which node collects which agent. Only the database clock decides; the fence grows with every change of the owner.
CREATE TABLE agent_lease (
  agent_id   text PRIMARY KEY,
  owner      text,                        -- id of the owner's log: whoever has that log open is alone with it
  node       text,                        -- its name, for people
  fence      bigint NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE agent_lease IS 'Written by lsl-ingest only. A free or expired row may be taken; the taker adds 1 to the fence.';
