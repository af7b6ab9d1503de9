-- The sealed block on sexual violence: apart from the rest of the sealed part, under a key of its own; opened and written
-- only by who is trained for it, and opened once for each approval of a second person.

-- Training that the chair confirmed: counts until it is ended.
CREATE TABLE qualification (
    id               UUID PRIMARY KEY,
    account_id       UUID NOT NULL CONSTRAINT qualification_account REFERENCES account (id),
    kind             TEXT NOT NULL CONSTRAINT qualification_kind CHECK (kind IN ('survivors')),
    confirmed_at     TIMESTAMPTZ NOT NULL,
    confirmed_by     UUID CONSTRAINT qualification_by REFERENCES account (id),
    ended_at         TIMESTAMPTZ,
    ended_by         UUID CONSTRAINT qualification_ended_by REFERENCES account (id),
    CONSTRAINT qualification_four_eyes CHECK (confirmed_by IS NULL OR confirmed_by <> account_id)
);
CREATE UNIQUE INDEX qualification_once ON qualification (account_id, kind) WHERE ended_at IS NULL;

CREATE TABLE sealed_block (
    testimony_id     UUID PRIMARY KEY CONSTRAINT sealed_block_testimony REFERENCES testimony (id),
    version          BIGINT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    body             BYTEA NOT NULL,                -- sealed
    updated_at       TIMESTAMPTZ NOT NULL,
    updated_by       UUID NOT NULL CONSTRAINT sealed_block_by REFERENCES account (id)
);

-- What was written before holds the block within: the first act that writes takes it out.
ALTER TABLE sealed_answer ADD COLUMN parted BOOLEAN NOT NULL DEFAULT FALSE;

-- A request to open the block, as for a reveal: a second person decides; used once, within its time.
CREATE TABLE block_request (
    id               UUID PRIMARY KEY,
    testimony_id     UUID NOT NULL CONSTRAINT block_request_testimony REFERENCES testimony (id),
    asked_at         TIMESTAMPTZ NOT NULL,
    asked_by         UUID NOT NULL CONSTRAINT block_request_by REFERENCES account (id),
    expires_at       TIMESTAMPTZ NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    decided_at       TIMESTAMPTZ,
    decided_by       UUID CONSTRAINT block_request_decided_by REFERENCES account (id),
    approved         BOOLEAN,
    decision         BYTEA,                         -- sealed: why it was approved or denied
    used_at          TIMESTAMPTZ,
    CONSTRAINT block_request_four_eyes CHECK (decided_by IS NULL OR decided_by <> asked_by)
);
CREATE INDEX block_request_of_testimony ON block_request (testimony_id, asked_at);
CREATE INDEX block_request_of_account ON block_request (asked_by, asked_at);
CREATE INDEX block_request_waiting ON block_request (expires_at) WHERE decided_at IS NULL;

-- Alarms are among what failed.
CREATE INDEX log_entry_failed ON log_entry (at, id) WHERE outcome = 'failed';
