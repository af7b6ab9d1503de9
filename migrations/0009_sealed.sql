-- What of a testimony is sealed by itself, under an identity key of its own: where the witness is and how they can be
-- reached, and what was said of sexual violence. Never searched, listed, printed or exported.
CREATE TABLE sealed_answer (
    testimony_id     UUID PRIMARY KEY CONSTRAINT sealed_answer_testimony REFERENCES testimony (id),
    version          BIGINT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    body             BYTEA NOT NULL,                -- sealed
    updated_at       TIMESTAMPTZ NOT NULL,
    updated_by       UUID NOT NULL CONSTRAINT sealed_answer_by REFERENCES account (id)
);

-- Who opened it, and why. Insert-only.
CREATE TABLE sealed_opening (
    id               UUID PRIMARY KEY,
    testimony_id     UUID NOT NULL CONSTRAINT sealed_opening_testimony REFERENCES testimony (id),
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    opened_at        TIMESTAMPTZ NOT NULL,
    opened_by        UUID NOT NULL CONSTRAINT sealed_opening_by REFERENCES account (id)
);
CREATE INDEX sealed_opening_of_testimony ON sealed_opening (testimony_id, opened_at);
