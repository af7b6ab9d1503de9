-- A sentence of the committee, with what speaks for it and against it. Append-only but for its end: another wording is another
-- fact that replaces it.
CREATE TABLE fact (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT fact_case REFERENCES case_file (id),
    number           BIGINT NOT NULL,               -- within the case; never used again
    replaces_id      UUID CONSTRAINT fact_replaces REFERENCES fact (id),
    is_key           BOOLEAN NOT NULL,              -- the case rests on it
    wrapped_key      BYTEA NOT NULL,
    words            BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT fact_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT fact_once UNIQUE (case_id, number)
);
ALTER TABLE citation ADD COLUMN against BOOLEAN NOT NULL DEFAULT FALSE;

-- How far a fact is corroborated, as computed then and as a person concluded with reasons.
CREATE TABLE fact_grade (
    id               UUID PRIMARY KEY,
    fact_id          UUID NOT NULL CONSTRAINT fact_grade_fact REFERENCES fact (id),
    computed         TEXT NOT NULL,
    grade            TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    reasons          BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT fact_grade_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID
);
CREATE INDEX fact_grade_of_fact ON fact_grade (fact_id, recorded_at);

-- Two testimonies that repeat one account: they count as one source.
CREATE TABLE same_account (
    id               UUID PRIMARY KEY,
    a_id             UUID NOT NULL CONSTRAINT same_account_a REFERENCES testimony (id),
    b_id             UUID NOT NULL CONSTRAINT same_account_b REFERENCES testimony (id),
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT same_account_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT same_account_order CHECK (a_id < b_id)
);
CREATE UNIQUE INDEX same_account_once ON same_account (a_id, b_id) WHERE superseded_at IS NULL;
CREATE INDEX same_account_of_b ON same_account (b_id);

-- A step on the ladder of suspicion about a person or unit in a case: proposed by one, decided by another.
CREATE TABLE suspicion (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT suspicion_case REFERENCES case_file (id),
    party_id         UUID NOT NULL CONSTRAINT suspicion_party REFERENCES record (id),
    step             TEXT NOT NULL CONSTRAINT suspicion_step CHECK (step IN ('mentioned', 'alleged', 'reasonable_suspicion', 'referred')),
    wrapped_key      BYTEA NOT NULL,
    reasons          BYTEA NOT NULL,                -- sealed
    proposed_at      TIMESTAMPTZ NOT NULL,
    proposed_by      UUID NOT NULL CONSTRAINT suspicion_by REFERENCES account (id),
    decided_at       TIMESTAMPTZ,
    decided_by       UUID CONSTRAINT suspicion_decided_by REFERENCES account (id),
    confirmed        BOOLEAN,
    decision         BYTEA,                         -- sealed
    CONSTRAINT suspicion_four_eyes CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE INDEX suspicion_of_case ON suspicion (case_id, party_id, proposed_at);
CREATE UNIQUE INDEX suspicion_open ON suspicion (case_id, party_id) WHERE decided_at IS NULL;
