-- The history on a record's page leaves out who only looked: found without going through all the looks.
CREATE INDEX log_entry_history_of_record ON log_entry (object_id, at, id)
    WHERE outcome = 'done' AND act NOT IN ('open', 'open_for_edit', 'open_draft', 'print', 'choose_purpose');
CREATE INDEX log_entry_history_of_case ON log_entry (case_id, at, id)
    WHERE outcome = 'done' AND act NOT IN ('open', 'open_for_edit', 'open_draft', 'print', 'choose_purpose');

-- The rule of need-to-know goes from a record to its cases: answered by the index alone.
DROP INDEX holding_of_record;
CREATE INDEX holding_of_record ON holding (record_id, case_id) WHERE superseded_at IS NULL;

-- The queue: open cases by age without passing by those that are closed, and how many are in each state.
DROP INDEX case_file_by_age;
CREATE INDEX case_file_open_by_age ON case_file (status_since, id) WHERE status NOT IN ('closed', 'merged', 'archived');
CREATE INDEX case_file_states ON case_file (status);
