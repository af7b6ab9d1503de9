-- What could happen to a witness, and what is done against it: one row in force for each person and risk. Append-only but
-- for its end; a review is a row of its own that supersedes the one before.
CREATE TABLE risk_assessment (
    id               UUID PRIMARY KEY,
    person_id        UUID NOT NULL CONSTRAINT risk_assessment_person REFERENCES person (id),
    risk             TEXT NOT NULL,
    score            BIGINT NOT NULL CONSTRAINT risk_assessment_score CHECK (score BETWEEN 1 AND 25),
    measures         TEXT NOT NULL,                 -- codes, a space between two
    residual         BIGINT NOT NULL CONSTRAINT risk_assessment_residual CHECK (residual BETWEEN 1 AND score),
    assessed_on      TEXT NOT NULL,
    review_on        TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    note             BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT risk_assessment_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID
);
CREATE UNIQUE INDEX risk_assessment_once ON risk_assessment (person_id, risk) WHERE superseded_at IS NULL;
CREATE INDEX risk_assessment_of_person ON risk_assessment (person_id, recorded_at);
CREATE INDEX risk_assessment_due ON risk_assessment (review_on, assessed_on) WHERE superseded_at IS NULL;

-- A protection officer cleared a critical residual risk in writing: it no longer forbids naming and referral. Insert-only.
CREATE TABLE risk_clearance (
    id               UUID PRIMARY KEY,
    assessment_id    UUID NOT NULL CONSTRAINT risk_clearance_assessment REFERENCES risk_assessment (id)
                     CONSTRAINT risk_clearance_once UNIQUE,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    cleared_at       TIMESTAMPTZ NOT NULL,
    cleared_by       UUID NOT NULL CONSTRAINT risk_clearance_by REFERENCES account (id)
);

-- A recipient who may have received a testimony must be told that a consent to it was withdrawn. Insert-only.
CREATE TABLE withdrawal_notice (
    id               UUID PRIMARY KEY,
    testimony_id     UUID NOT NULL CONSTRAINT withdrawal_notice_testimony REFERENCES testimony (id),
    purpose          TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    withdrawn_on     TEXT NOT NULL,
    due_on           TEXT NOT NULL,                 -- the last day on which it is in time
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT withdrawal_notice_by REFERENCES account (id)
);
CREATE INDEX withdrawal_notice_of_testimony ON withdrawal_notice (testimony_id, due_on);
CREATE INDEX withdrawal_notice_due ON withdrawal_notice (due_on);

-- The recipient was told, and answered. Insert-only.
CREATE TABLE notice_answer (
    id               UUID PRIMARY KEY,
    notice_id        UUID NOT NULL CONSTRAINT notice_answer_notice REFERENCES withdrawal_notice (id)
                     CONSTRAINT notice_answer_once UNIQUE,
    told_on          TEXT NOT NULL,
    means            TEXT NOT NULL,
    told_by          UUID NOT NULL CONSTRAINT notice_answer_told_by REFERENCES account (id),
    wrapped_key      BYTEA NOT NULL,
    answer           BYTEA NOT NULL,                -- sealed; what the recipient answered
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT notice_answer_by REFERENCES account (id)
);
