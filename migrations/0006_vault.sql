-- The identity vault: a protected identity is opened by a reveal, for some minutes, with a reason; a sensitive one with
-- the approval of a second person; and it can be destroyed by two. And the generations of the class keys.

-- A protection officer says that every reveal of this identity takes a second person.
ALTER TABLE person ADD COLUMN sensitive BOOLEAN NOT NULL DEFAULT FALSE;

-- A request that a second person approves or denies. Used once, within its time.
CREATE TABLE reveal_request (
    id               UUID PRIMARY KEY,
    person_id        UUID NOT NULL CONSTRAINT reveal_request_person REFERENCES person (id),
    asked_at         TIMESTAMPTZ NOT NULL,
    asked_by         UUID NOT NULL CONSTRAINT reveal_request_by REFERENCES account (id),
    expires_at       TIMESTAMPTZ NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    decided_at       TIMESTAMPTZ,
    decided_by       UUID CONSTRAINT reveal_request_decided_by REFERENCES account (id),
    approved         BOOLEAN,
    decision         BYTEA,                         -- sealed: why it was approved or denied
    used_at          TIMESTAMPTZ,
    CONSTRAINT reveal_request_four_eyes CHECK (decided_by IS NULL OR decided_by <> asked_by)
);
CREATE INDEX reveal_request_of_person ON reveal_request (person_id, asked_at);
CREATE INDEX reveal_request_of_account ON reveal_request (asked_by, asked_at);
CREATE INDEX reveal_request_waiting ON reveal_request (expires_at) WHERE decided_at IS NULL;

-- An identity opened to one person in one session, until it ends.
CREATE TABLE reveal (
    id               UUID PRIMARY KEY,
    person_id        UUID NOT NULL CONSTRAINT reveal_person REFERENCES person (id),
    account_id       UUID NOT NULL CONSTRAINT reveal_account REFERENCES account (id),
    session_id       UUID NOT NULL CONSTRAINT reveal_session REFERENCES session (id),
    request_id       UUID CONSTRAINT reveal_used_request REFERENCES reveal_request (id),
    granted_at       TIMESTAMPTZ NOT NULL,
    expires_at       TIMESTAMPTZ NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL                 -- sealed
);
CREATE INDEX reveal_of_person ON reveal (person_id, account_id, expires_at);
CREATE INDEX reveal_of_account ON reveal (account_id, granted_at);

-- Somebody's daily number of reveals was used up: shown to supervisors until one of them takes note.
CREATE TABLE reveal_alert (
    id               UUID PRIMARY KEY,
    account_id       UUID NOT NULL CONSTRAINT reveal_alert_account REFERENCES account (id),
    day              TEXT NOT NULL,                 -- YYYY-MM-DD in the committee's offset
    raised_at        TIMESTAMPTZ NOT NULL,
    acknowledged_at  TIMESTAMPTZ,
    acknowledged_by  UUID CONSTRAINT reveal_alert_by REFERENCES account (id),
    CONSTRAINT reveal_alert_once UNIQUE (account_id, day)
);

-- The proposal to destroy an identity, and what another person decided.
CREATE TABLE shredding (
    id               UUID PRIMARY KEY,
    person_id        UUID NOT NULL CONSTRAINT shredding_person REFERENCES person (id),
    proposed_at      TIMESTAMPTZ NOT NULL,
    proposed_by      UUID NOT NULL CONSTRAINT shredding_by REFERENCES account (id),
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    decided_at       TIMESTAMPTZ,
    decided_by       UUID CONSTRAINT shredding_decided_by REFERENCES account (id),
    confirmed        BOOLEAN,
    decision         BYTEA,                         -- sealed
    swept_at         TIMESTAMPTZ,                   -- the database files hold nothing of the key any more
    CONSTRAINT shredding_four_eyes CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX shredding_open ON shredding (person_id) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX shredding_done ON shredding (person_id) WHERE confirmed;

-- Generations of the class keys: writes use the newest; once it is finished, nothing older opens.
CREATE TABLE key_generation (
    generation       BIGINT PRIMARY KEY,
    started_at       TIMESTAMPTZ NOT NULL,
    finished_at      TIMESTAMPTZ
);
