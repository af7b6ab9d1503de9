-- The history on a record's page leaves out who only looked: found without going through all the looks.
ALTER TABLE log_entry ADD COLUMN changed BOOLEAN NOT NULL DEFAULT TRUE;  -- the act was one that changes something
CREATE INDEX log_entry_history_of_record ON log_entry (object_id, at, id) WHERE changed;
CREATE INDEX log_entry_history_of_case ON log_entry (case_id, at, id) WHERE changed;

-- The rule of need-to-know goes from a record to its cases: answered by the index alone.
DROP INDEX holding_of_record;
CREATE INDEX holding_of_record ON holding (record_id, case_id) WHERE superseded_at IS NULL;

-- The queue: open cases by age without passing by those that are closed, and how many are in each state.
DROP INDEX case_file_by_age;
CREATE INDEX case_file_open_by_age ON case_file (status_since, id) WHERE status NOT IN ('closed', 'merged', 'archived');
CREATE INDEX case_file_states ON case_file (status);
