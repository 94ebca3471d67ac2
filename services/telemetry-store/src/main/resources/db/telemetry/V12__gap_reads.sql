-- A gap that ended before a range, or begins after it, is told apart in the index and never fetched. Two ways in: a range early in a stream's history comes from its
-- beginnings, one near its end from its ends.
DROP INDEX gaps_time;
CREATE INDEX gaps_time ON gaps (stream_id, from_ts, (COALESCE(to_ts, 9223372036854775807)));
CREATE INDEX gaps_end ON gaps (stream_id, (COALESCE(to_ts, 9223372036854775807)), from_ts);
