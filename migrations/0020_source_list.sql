-- A list of people that a document holds: from families, a hospital, media … Stands beside the count, never in it.
-- Append-only but for its end, as is everything below.
CREATE TABLE source_list (
    id               UUID PRIMARY KEY,
    document_id      UUID NOT NULL CONSTRAINT source_list_document REFERENCES document (id),
    number           BIGINT NOT NULL,               -- within the document; never used again
    source           TEXT NOT NULL,                 -- who drew it up
    listed           TEXT NOT NULL,                 -- as what people stand in it: killed, missing …
    status           TEXT,                          -- what the list says all of them were, where a row does not say it
    claim_id         UUID CONSTRAINT source_list_claim REFERENCES claim (id),   -- the published figure that it is the list of
    drawn_up_on      TEXT,                          -- YYYY-MM-DD, as all days here
    period_from      TEXT,
    period_to        TEXT,
    wrapped_key      BYTEA NOT NULL,
    body             BYTEA NOT NULL,                -- sealed: title, note
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT source_list_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT source_list_once UNIQUE (document_id, number),
    CONSTRAINT source_list_period CHECK (period_from IS NULL OR period_to IS NULL OR period_from <= period_to)
);
CREATE INDEX source_list_of_claim ON source_list (claim_id) WHERE claim_id IS NOT NULL;

-- A row, as the source has it.
CREATE TABLE source_row (
    id               UUID PRIMARY KEY,
    list_id          UUID NOT NULL CONSTRAINT source_row_list REFERENCES source_list (id),
    number           BIGINT NOT NULL,               -- its place in the list, from 1
    wrapped_key      BYTEA NOT NULL,
    cells            BYTEA NOT NULL,                -- sealed
    CONSTRAINT source_row_once UNIQUE (list_id, number)
);

-- What rows are grouped by, as keyed hashes, as for persons: which rows may be doubles is found without opening the list.
CREATE TABLE source_key (
    key              BIGINT NOT NULL,
    row_id           UUID NOT NULL CONSTRAINT source_key_row REFERENCES source_row (id),
    CONSTRAINT source_key_once PRIMARY KEY (row_id, key)
);
CREATE INDEX source_key_rows ON source_key (key);

-- What somebody decided about a row. To undo is to end it, with a reason.
CREATE TABLE source_decision (
    id               UUID PRIMARY KEY,
    row_id           UUID NOT NULL CONSTRAINT source_decision_row REFERENCES source_row (id),
    fate             TEXT NOT NULL CONSTRAINT source_decision_fate CHECK (fate IN ('same', 'new', 'double', 'aside')),
    person_id        UUID CONSTRAINT source_decision_person REFERENCES person (id),
    double_of        UUID CONSTRAINT source_decision_double REFERENCES source_row (id),
    status_id        UUID CONSTRAINT source_decision_status REFERENCES victim_status (id),   -- what was written with it
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT source_decision_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    undone           BYTEA,                         -- sealed: why it was undone
    CONSTRAINT source_decision_names CHECK ((fate IN ('same', 'new')) = (person_id IS NOT NULL)),
    CONSTRAINT source_decision_doubles CHECK ((fate = 'double') = (double_of IS NOT NULL) AND double_of <> row_id)
);
CREATE UNIQUE INDEX source_decision_standing ON source_decision (row_id) WHERE superseded_at IS NULL;
CREATE INDEX source_decision_of_person ON source_decision (person_id) WHERE superseded_at IS NULL;
CREATE INDEX source_decision_of_double ON source_decision (double_of) WHERE superseded_at IS NULL;
