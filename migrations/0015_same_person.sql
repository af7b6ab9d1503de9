-- Two records that may be of one person: proposed by a run over the register. What the score is made of are likenesses in
-- hundredths, never names.
CREATE TABLE match_pair (
    id               UUID PRIMARY KEY,
    a_id             UUID NOT NULL CONSTRAINT match_pair_a REFERENCES person (id),
    b_id             UUID NOT NULL CONSTRAINT match_pair_b REFERENCES person (id),
    score            BIGINT NOT NULL,
    found_at         TIMESTAMPTZ NOT NULL,
    CONSTRAINT match_pair_order CHECK (a_id < b_id),
    CONSTRAINT match_pair_once UNIQUE (a_id, b_id)
);
CREATE INDEX match_pair_best ON match_pair (score, id);
CREATE INDEX match_pair_of_b ON match_pair (b_id);

-- What a person decided about a pair, and why. Append-only but for its end: to undo is to end it.
CREATE TABLE match_decision (
    id               UUID PRIMARY KEY,
    pair_id          UUID NOT NULL CONSTRAINT match_decision_pair REFERENCES match_pair (id),
    decision         TEXT NOT NULL CONSTRAINT match_decision_word CHECK (decision IN ('same', 'different', 'unsure')),
    kept_id          UUID CONSTRAINT match_decision_kept REFERENCES person (id),   -- of one person: the record that counts
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT match_decision_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT match_decision_keeps CHECK ((decision = 'same') = (kept_id IS NOT NULL))
);
CREATE UNIQUE INDEX match_decision_standing ON match_decision (pair_id) WHERE superseded_at IS NULL;

-- The record under which this one counts, while a decision says so.
ALTER TABLE person ADD COLUMN same_as UUID CONSTRAINT person_same_as REFERENCES person (id);
CREATE INDEX person_others ON person (same_as) WHERE same_as IS NOT NULL;

-- What records are grouped by, as keyed hashes: whom a new record may be is found without opening the register.
CREATE TABLE match_key (
    key              BIGINT NOT NULL,
    person_id        UUID NOT NULL CONSTRAINT match_key_person REFERENCES person (id),
    CONSTRAINT match_key_once PRIMARY KEY (key, person_id)
);
CREATE INDEX match_key_of_person ON match_key (person_id);
