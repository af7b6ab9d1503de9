-- The queue's counts leave out the few cases that a supervisor may not see: they are found without looking at all.
CREATE INDEX record_restricted ON record (kind, id) WHERE restricted;
