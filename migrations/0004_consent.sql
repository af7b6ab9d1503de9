-- What a person allows to be done with their statement: one row for each purpose and recipient. Append-only but for its
-- end; a withdrawal is a row of its own that supersedes what it withdraws.
CREATE TABLE consent (
    id               UUID PRIMARY KEY,
    testimony_id     UUID NOT NULL CONSTRAINT consent_testimony REFERENCES testimony (id),
    purpose          TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    decision         TEXT NOT NULL CONSTRAINT consent_decision CHECK (decision IN ('granted', 'granted_with_conditions', 'refused', 'not_asked')),
    identity         TEXT NOT NULL CONSTRAINT consent_identity CHECK (identity IN ('anonymous', 'pseudonym', 'named')),
    conditions       TEXT NOT NULL,                 -- codes, a space between two
    not_before       TEXT,
    expires_on       TEXT NOT NULL,                 -- the last day on which it holds
    given_by         TEXT NOT NULL,
    means            TEXT NOT NULL,
    obtained_on      TEXT NOT NULL,
    assent           BOOLEAN NOT NULL,              -- of a child
    document_id      UUID CONSTRAINT consent_document REFERENCES document (id),
    withdrawn_on     TEXT,
    wrapped_key      BYTEA NOT NULL,
    note             BYTEA NOT NULL,                -- sealed; of a withdrawal, its reason
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT consent_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID
);
CREATE UNIQUE INDEX consent_once ON consent (testimony_id, purpose, recipient) WHERE superseded_at IS NULL;
CREATE INDEX consent_of_testimony ON consent (testimony_id, recorded_at);

-- Consent to the committee's own analysis was withdrawn: out of every list, search and count, open to nobody but the
-- legal and the protection officer of its case.
ALTER TABLE record ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;
