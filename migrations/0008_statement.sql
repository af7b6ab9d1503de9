-- A testimony is read back before it is final, and a final one is corrected by a new version: two more states.
ALTER TABLE testimony ADD COLUMN stage TEXT NOT NULL DEFAULT 'draft'
    CONSTRAINT testimony_stage CHECK (stage IN ('draft', 'read_back', 'returned', 'correcting', 'final'));
UPDATE testimony SET stage = status;
DROP INDEX testimony_by_status;
ALTER TABLE testimony DROP COLUMN status;
ALTER TABLE testimony RENAME COLUMN stage TO status;
CREATE INDEX testimony_by_status ON testimony (status, status_since, id);

-- A supplementary statement is a record of its own that goes on from another.
ALTER TABLE testimony ADD COLUMN follow_up_of UUID CONSTRAINT testimony_follow_up_of REFERENCES testimony (id);
CREATE INDEX testimony_follow_ups ON testimony (follow_up_of) WHERE follow_up_of IS NOT NULL;

-- What a final version is known by: lower-case hex of the SHA-256 of its canonical JSON (RFC 8785), and who filed it.
ALTER TABLE statement ADD COLUMN sha256 TEXT;
ALTER TABLE statement ADD COLUMN frozen_by UUID CONSTRAINT statement_frozen_by REFERENCES account (id);

-- How a testimony, or one paragraph of it, was graded. Append-only but for its end: a person's later grading of the same
-- supersedes the earlier one.
CREATE TABLE grading (
    id                UUID PRIMARY KEY,
    testimony_id      UUID NOT NULL CONSTRAINT grading_testimony REFERENCES testimony (id),
    statement         BIGINT NOT NULL,               -- the version that was graded
    paragraph         BIGINT,                        -- its number; none for the testimony as a whole
    source_grade      TEXT NOT NULL,                 -- A to F
    information_grade TEXT NOT NULL,                 -- 1 to 6
    wrapped_key       BYTEA NOT NULL,
    reasons           BYTEA NOT NULL,                -- sealed
    recorded_at       TIMESTAMPTZ NOT NULL,
    recorded_by       UUID NOT NULL CONSTRAINT grading_by REFERENCES account (id),
    superseded_at     TIMESTAMPTZ
);
CREATE INDEX grading_of_testimony ON grading (testimony_id) WHERE superseded_at IS NULL;
