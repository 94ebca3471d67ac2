-- Which nodes collect, so that they can agree who takes what without asking anybody else.
CREATE TABLE node (
  owner    text             PRIMARY KEY,            -- as in agent_lease
  node     text             NOT NULL,               -- its name, for people
  load     double precision NOT NULL DEFAULT 0,     -- samples times channels per second
  draining boolean          NOT NULL DEFAULT false, -- takes no agents
  outlets  jsonb            NOT NULL DEFAULT '{}',  -- agents by uid of the outlet that they read
  seen_at  timestamptz      NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE node IS 'Each node writes its own row whenever it renews its leases.';

-- A lease changes hands while both nodes collect: see docs/adr/0010. Only valid while former_fence = fence - 1.
ALTER TABLE agent_lease
  ADD COLUMN heir         text,                        -- owner who is asked to take it over, or for whom a free one is kept
  ADD COLUMN former       text,                        -- owner before, who may still be collecting
  ADD COLUMN former_fence bigint,
  ADD COLUMN arrived      boolean NOT NULL DEFAULT true, -- the new owner has all it needs
  ADD COLUMN cuts         jsonb   NOT NULL DEFAULT '{}', -- by the new owner: raw stamp by stream at which it begins
  ADD COLUMN answer       jsonb;                       -- by the former: its streams, and whether it keeps to their cuts
