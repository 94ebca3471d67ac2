-- For people and programs that speak SQL (psql, Grafana, R): views in a schema of their own, and nothing else, are granted to readers.
-- No view returns part of a range under a name that promises all: what it covers stands beside the values.
CREATE SCHEMA IF NOT EXISTS sinal;

-- UTC nanoseconds since 1970 as a timestamp, cut to the microseconds that PostgreSQL has.
CREATE FUNCTION sinal.utc(ns bigint) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN timestamptz '1970-01-01 00:00:00+00' + floor(ns / 1000.0)::float8 * interval '1 microsecond';

-- The newest samples of slow streams as plain values. A copy: it is lost with a crash of the server and begins anew.
CREATE UNLOGGED TABLE recent_samples (
    stream_id text COLLATE "C" NOT NULL,
    epoch     bigint NOT NULL,
    seq       bigint NOT NULL,
    ts        bigint NOT NULL,
    -- one a channel, scale and offset applied; null = absent, or text
    vals      float8[] NOT NULL,
    -- of text channels; null when the stream has none
    texts     text[]
);
CREATE INDEX recent_samples_time ON recent_samples (stream_id, ts);
CREATE INDEX recent_samples_age ON recent_samples (ts);

-- What recent_samples has: every sample of the stream from covered_from to covered_to, both included.
CREATE UNLOGGED TABLE recent_streams (
    stream_id    text COLLATE "C" PRIMARY KEY,
    -- the last that came
    epoch        bigint NOT NULL,
    seq          bigint NOT NULL,
    -- who wrote it: while it is the same, nothing was left out
    feed         text   NOT NULL,
    covered_from bigint NOT NULL,
    covered_to   bigint NOT NULL
) WITH (fillfactor = 50);

CREATE VIEW sinal.streams AS
SELECT s.stream_id, s.agent_id, s.name AS stream, s.descriptor ->> 'type' AS type, s.descriptor ->> 'source_id' AS source_id,
       s.descriptor ->> 'hostname' AS hostname, s.descriptor ->> 'format' AS format, (s.descriptor ->> 'nominal_rate')::float8 AS nominal_rate,
       jsonb_array_length(s.descriptor -> 'channels') AS channels, sinal.utc(e.first_ts) AS first_seen, sinal.utc(e.last_ts) AS last_seen,
       e.samples, e.epochs
  FROM streams s
 CROSS JOIN LATERAL (SELECT min(first_ts) AS first_ts, max(last_ts) AS last_ts, COALESCE(sum(committed_seq), 0)::bigint AS samples, count(*) AS epochs
                       FROM stream_epochs WHERE stream_id = s.stream_id) e;

CREATE VIEW sinal.epochs AS
SELECT e.stream_id, s.agent_id, s.name AS stream, e.epoch, e.node, e.committed_seq AS samples, sinal.utc(e.first_ts) AS first_sample,
       sinal.utc(e.last_ts) AS last_sample, e.time_basis, sinal.utc(e.opened_at) AS opened_at, sinal.utc(e.closed_at) AS closed_at, e.close_reason
  FROM stream_epochs e JOIN streams s USING (stream_id);

-- Channels may change from epoch to epoch.
CREATE VIEW sinal.channels AS
SELECT e.stream_id, s.agent_id, s.name AS stream, e.epoch, c.nr::int AS channel, c.value ->> 'metric' AS metric, c.value ->> 'label' AS label,
       c.value ->> 'unit' AS unit, c.value ->> 'type' AS type,
       COALESCE((c.value ->> 'scale')::float8, 1) AS scale, COALESCE((c.value ->> 'offset')::float8, 0) AS "offset"
  FROM stream_epochs e JOIN streams s USING (stream_id)
 CROSS JOIN LATERAL jsonb_array_elements(e.descriptor -> 'channels') WITH ORDINALITY AS c (value, nr);

CREATE VIEW sinal.gaps AS
SELECT g.stream_id, s.agent_id, s.name AS stream, g.epoch, sinal.utc(g.from_ts) AS "from", sinal.utc(g.to_ts) AS "to", g.cause, g.estimated_samples
  FROM gaps g JOIN streams s USING (stream_id);

CREATE VIEW sinal.clock AS
SELECT c.stream_id, s.agent_id, s.name AS stream, c.epoch, sinal.utc(c.measured_at) AS time, c.correction_s, c.rtt_s, c.ok, c.reason
  FROM clock c JOIN streams s USING (stream_id);

CREATE VIEW sinal.markers AS
SELECT id, agent_id, stream, label, value, sinal.utc(ts) AS time, ts AS ts_ns, duration_s, time_basis, uncertainty_s, source, author FROM markers;

CREATE VIEW sinal.logs AS
SELECT agent_id, sinal.utc(ts) AS time, (ARRAY['debug', 'info', 'warn', 'error'])[level + 1] AS level, source, message, data FROM logs;

CREATE VIEW sinal.recent_coverage AS
SELECT r.stream_id, s.agent_id, s.name AS stream, sinal.utc(r.covered_from) AS covered_from, sinal.utc(r.covered_to) AS covered_to
  FROM recent_streams r JOIN streams s USING (stream_id);

-- One row per sample and channel.
CREATE VIEW sinal.telemetry_recent AS
SELECT sinal.utc(r.ts) AS time, s.agent_id, s.name AS stream, c.metric, v.value, v.text, c.unit, r.stream_id, r.epoch, r.seq, r.ts AS ts_ns,
       sinal.utc(w.covered_from) AS covered_from, sinal.utc(w.covered_to) AS covered_to
  FROM recent_samples r
  JOIN recent_streams w USING (stream_id)
  JOIN streams s USING (stream_id)
 CROSS JOIN LATERAL ROWS FROM (unnest(r.vals), unnest(r.texts)) WITH ORDINALITY AS v (value, text, nr)
  JOIN LATERAL (SELECT e.descriptor -> 'channels' -> (v.nr::int - 1) ->> 'metric' AS metric, e.descriptor -> 'channels' -> (v.nr::int - 1) ->> 'unit' AS unit
                  FROM stream_epochs e WHERE e.stream_id = r.stream_id AND e.epoch = r.epoch) c ON true
 WHERE v.value IS NOT NULL OR v.text IS NOT NULL;
