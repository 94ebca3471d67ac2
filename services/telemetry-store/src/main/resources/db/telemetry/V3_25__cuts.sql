-- How often stored samples of a stream were taken away again: what is kept of it in memory holds only as long as this stays.
CREATE TABLE cuts (
    stream_id text COLLATE "C" PRIMARY KEY,
    times     bigint NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION samples_were_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO telemetry.cuts AS c (stream_id, times)
    SELECT g.stream_id, 1 FROM (SELECT DISTINCT stream_id FROM gone) g ORDER BY g.stream_id
    ON CONFLICT (stream_id) DO UPDATE SET times = c.times + 1;
    RETURN NULL;
END $$;

-- A statement's triggers are those of the table that it names.
CREATE TRIGGER samples_were_cut AFTER DELETE ON telemetry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION samples_were_cut();
CREATE TRIGGER samples_were_cut AFTER DELETE ON telemetry_hot
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION samples_were_cut();
CREATE TRIGGER samples_were_cut AFTER DELETE ON telemetry_packed
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION samples_were_cut();
