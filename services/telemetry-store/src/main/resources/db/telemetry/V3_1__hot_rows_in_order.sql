-- Packing takes the hot rows of an epoch in order of seq, and looks for what follows the packed ones.
CREATE INDEX telemetry_hot_seq ON telemetry_hot (stream_id, epoch, first_seq);
