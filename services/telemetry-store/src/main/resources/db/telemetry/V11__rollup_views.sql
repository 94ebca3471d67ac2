-- Rollups as plain rows for readers of SQL.

-- Widths of buckets, ns: 4^level seconds.
CREATE VIEW rollup_widths (level, width) AS
VALUES (-4::smallint, 3906250::bigint), (-3, 15625000), (-2, 62500000), (-1, 250000000), (0, 1000000000), (1, 4000000000), (2, 16000000000), (3, 64000000000),
       (4, 256000000000), (5, 1024000000000), (6, 4096000000000), (7, 16384000000000), (8, 65536000000000);

-- A timestamp as UTC nanoseconds since 1970; what lies beyond those that a bigint can count is its earliest or latest.
CREATE FUNCTION sinal.ns(t timestamptz) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN t < timestamptz '1678-01-01 00:00:00+00' THEN -9214560000000000000
                WHEN t >= timestamptz '2262-01-01 00:00:00+00' THEN 9214646400000000000
                ELSE (extract(epoch FROM t - timestamptz '1970-01-01 00:00:00+00') * 1000000000)::bigint END;

-- Rows as they are stored: raw values (before scale and offset), and rows add up.
CREATE VIEW sinal.rollup_rows AS
SELECT stream_id, epoch, level, channel, first_seq, last_seq, ts, te, buckets, counts, mins, maxs, sums FROM rollups;

-- From when to when every stored sample of the stream is in buckets of this width; both included. A width that is not here has none.
CREATE VIEW sinal.rollup_coverage AS
SELECT s.stream_id, s.agent_id, s.name AS stream, w.width / 1e9::float8 AS bucket_s, sinal.utc(v.from_ns) AS covered_from, sinal.utc(v.to_ns) AS covered_to
  FROM streams s
 CROSS JOIN LATERAL (
       SELECT min(e.first_ts) AS first_ts, max(e.last_ts) AS last_ts, min(h.rest_ts) AS rest_ts
         FROM stream_epochs e
         LEFT JOIN rollup_epochs k ON k.stream_id = e.stream_id AND k.epoch = e.epoch
         LEFT JOIN rollup_levels f ON f.stream_id = k.stream_id AND f.epoch = k.epoch AND f.level = k.finest
         -- earliest of the samples that are in no row yet; + 0: not by the index on ts, on which what is rolled up comes first
        CROSS JOIN LATERAL (
              SELECT CASE WHEN f.seq IS NULL OR NOT k.complete THEN e.first_ts
                          WHEN e.committed_seq > f.seq
                          THEN (SELECT min(t.ts + 0) FROM telemetry_hot t
                                 WHERE t.stream_id = e.stream_id AND t.epoch = e.epoch AND t.first_seq > f.seq) END AS rest_ts) h
        WHERE e.stream_id = s.stream_id AND e.first_ts IS NOT NULL AND e.descriptor ->> 'format' <> 'string') a
 CROSS JOIN rollup_widths w
 CROSS JOIN LATERAL (
       SELECT COALESCE(max(e.last_ts) + 1, a.first_ts) AS from_ns, COALESCE(a.rest_ts - 1, a.last_ts) AS to_ns
         FROM rollup_epochs k JOIN stream_epochs e ON e.stream_id = k.stream_id AND e.epoch = k.epoch
        WHERE k.stream_id = s.stream_id AND k.finest > w.level) v
 WHERE v.from_ns <= v.to_ns;

-- Which rows a bucket width of a metric is made of, one line per epoch and level. A level of an epoch holds its samples up to some seq; what is behind it is taken
-- from the finer levels, so that every width holds what the finest one holds.
CREATE VIEW sinal.rollup_sources AS
SELECT s.stream_id, s.agent_id, s.name AS stream, e.epoch, c.metric, c.unit, c.scale, c."offset", c.channel, w.width / 1e9::float8 AS bucket_s,
       w.width AS width_ns, l.level, f.width AS level_ns,
       CASE WHEN l.level = w.level THEN e.first_ts ELSE l.open_ts END AS from_ns, e.last_ts AS to_ns,
       CASE WHEN l.level = w.level THEN 0 ELSE COALESCE(a.seq, 0) END AS after_seq,
       -- when other owners have something, and those of a lower fence, which is what readers are shown
       o.others, o.lower, v.covered_from, v.covered_to
  FROM streams s
  JOIN stream_epochs e ON e.stream_id = s.stream_id AND e.first_ts IS NOT NULL
 CROSS JOIN LATERAL (
       SELECT d.value ->> 'metric' AS metric, d.value ->> 'unit' AS unit, (d.nr - 1)::smallint AS channel,
              COALESCE((d.value ->> 'scale')::float8, 1) AS scale, COALESCE((d.value ->> 'offset')::float8, 0) AS "offset"
         FROM jsonb_array_elements(e.descriptor -> 'channels') WITH ORDINALITY AS d (value, nr)) c
 CROSS JOIN rollup_widths w
  LEFT JOIN LATERAL (
       SELECT i.covered_from, i.covered_to FROM sinal.rollup_coverage i WHERE i.stream_id = s.stream_id AND i.bucket_s = w.width / 1e9::float8
       OFFSET 0) v ON true
  JOIN rollup_levels l ON l.stream_id = e.stream_id AND l.epoch = e.epoch AND l.level <= w.level
  JOIN rollup_widths f ON f.level = l.level
  LEFT JOIN rollup_levels a ON a.stream_id = l.stream_id AND a.epoch = l.epoch AND a.level = l.level + 1
 CROSS JOIN LATERAL (
       SELECT range_agg(x.extent) FILTER (WHERE x.fence < e.fence) AS lower, range_agg(x.extent) AS others
         FROM (SELECT fence, int8range(first_ts, last_ts, '[]') AS extent FROM stream_epochs i
                WHERE i.stream_id = e.stream_id AND i.fence <> e.fence AND i.first_ts <= e.last_ts AND i.last_ts >= e.first_ts) x) o;

CREATE TYPE sinal.rollup AS (
    stream_id    text COLLATE "C",
    agent_id     text COLLATE "C",
    stream       text,
    epoch        bigint,
    metric       text,
    unit         text,
    bucket_s     float8,
    bucket       timestamptz,
    bucket_ns    bigint,
    n            bigint,
    min          float8,
    max          float8,
    mean         float8,
    overlap      boolean,
    covered_from timestamptz,
    covered_to   timestamptz
);

-- Buckets that begin in [begin_at, end_at), one row each, of samples of all epochs. Its body becomes a part of the query, so that conditions on stream, metric and
-- width reach the indexes; it fetches rows of the range only.
CREATE FUNCTION sinal.rollups(begin_at timestamptz, end_at timestamptz) RETURNS SETOF sinal.rollup
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT g.stream_id, g.agent_id, g.stream, g.epoch, g.metric, g.unit, g.bucket_s, g.bucket, g.bucket_ns,
           g.n, g.min, g.max, GREATEST(g.min, LEAST(g.max, g.sum / g.n)), g.overlap, g.covered_from, g.covered_to
      FROM (SELECT x.stream_id, x.agent_id, x.stream, max(x.epoch) AS epoch, x.metric, x.unit, x.bucket_s, sinal.utc(b.bucket_ns) AS bucket, b.bucket_ns,
                   sum(b.n)::bigint AS n, min(LEAST(b.min * x.scale + x."offset", b.max * x.scale + x."offset")) AS min,
                   max(GREATEST(b.min * x.scale + x."offset", b.max * x.scale + x."offset")) AS max,
                   sum(b.sum * x.scale + b.n * x."offset") AS sum, COALESCE(bool_or(int8range(b.bucket_ns, b.bucket_ns + x.width_ns) && b.others), false) AS overlap,
                   min(x.covered_from) AS covered_from, min(x.covered_to) AS covered_to
              FROM sinal.rollup_sources x
                   -- once per source, by the index on (stream_id, level, channel, ts), whatever the planner thinks; no row crosses a day; remainders like floor
             CROSS JOIN LATERAL (
                   SELECT u.n, u.min, u.max, u.sum, x.lower, x.others,
                          q.start_ns - ((q.start_ns % x.width_ns) + x.width_ns) % x.width_ns AS bucket_ns
                     FROM sinal.rollup_rows r
                    CROSS JOIN LATERAL unnest(r.buckets, r.counts, r.mins, r.maxs, r.sums) AS u (place, n, min, max, sum)
                    CROSS JOIN LATERAL (SELECT r.ts - ((r.ts % x.level_ns) + x.level_ns) % x.level_ns + u.place * x.level_ns AS start_ns) q
                    WHERE r.stream_id = x.stream_id AND r.level = x.level AND r.channel = x.channel AND r.epoch = x.epoch AND r.first_seq > x.after_seq
                      AND r.ts >= x.from_ns AND r.ts >= sinal.ns(begin_at) - 86400000000000
                      AND r.ts <= x.to_ns AND r.ts < sinal.ns(end_at) + x.width_ns
                      -- the widest, which is known when partitions are chosen
                      AND r.ts < sinal.ns(end_at) + 65536000000000
                      AND r.te >= sinal.ns(begin_at)
                    OFFSET 0) b
             WHERE x.to_ns >= sinal.ns(begin_at) AND x.from_ns < sinal.ns(end_at) + x.width_ns
               AND b.bucket_ns >= sinal.ns(begin_at) AND b.bucket_ns < sinal.ns(end_at)
               AND (b.lower IS NULL OR NOT int8range(b.bucket_ns, b.bucket_ns + x.width_ns) <@ b.lower)
             GROUP BY x.stream_id, x.agent_id, x.stream, x.metric, x.unit, x.bucket_s, b.bucket_ns, sinal.utc(b.bucket_ns)) g;
END;

CREATE VIEW sinal.rollups AS
SELECT stream_id, agent_id, stream, epoch, metric, unit, bucket_s, bucket, bucket_ns, n, min, max, mean, overlap, covered_from, covered_to
  FROM sinal.rollups(timestamptz '-infinity', timestamptz 'infinity');
