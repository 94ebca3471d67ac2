-- A watermark moves with every commit of its stream. With room for a dozen versions on its page the row stays there and the dead ones are cleared away by whoever reads the
-- page next; without, the table grew to some fifty kilobytes an epoch when a hundred streams had a commit a second each.
ALTER TABLE stream_epochs SET (fillfactor = 15);
