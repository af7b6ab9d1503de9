-- The whole record of a committee. One text for SQLite and PostgreSQL; what differs (insert-only triggers) is in
-- app/store/src/dialect.rs. Times are UTC with microseconds. Sealed columns are BLOBs of the seal module; everything
-- else is in clear on purpose: codes, states, dates of work, vocabulary codes, links between ids.

CREATE TABLE committee (
    id               BIGINT PRIMARY KEY CONSTRAINT committee_one CHECK (id = 1),
    name             TEXT NOT NULL,
    language         TEXT NOT NULL CONSTRAINT committee_language CHECK (language IN ('en', 'ar')),
    factor_required  BOOLEAN NOT NULL,
    utc_offset       BIGINT NOT NULL,               -- minutes east of UTC
    demo_today       TEXT,                          -- YYYY-MM-DD; business dates stand still in a demonstration
    set_up_at        TIMESTAMPTZ NOT NULL
);

CREATE TABLE account (
    id               UUID PRIMARY KEY,
    login            TEXT NOT NULL CONSTRAINT account_login UNIQUE,
    version          BIGINT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    name             BYTEA NOT NULL,                -- sealed
    language         TEXT NOT NULL CONSTRAINT account_language CHECK (language IN ('en', 'ar')),
    state            TEXT NOT NULL CONSTRAINT account_state CHECK (state IN ('invited', 'active', 'disabled')),
    password_hash    TEXT,
    factor           BYTEA,                         -- sealed TOTP secret
    factor_step      BIGINT,                        -- last step used: a code works once
    factor_exempt    BOOLEAN NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    disabled_at      TIMESTAMPTZ
);

-- A role counts from its confirmation on. Roles that read content are confirmed by the chair.
CREATE TABLE account_role (
    account_id       UUID NOT NULL CONSTRAINT account_role_account REFERENCES account (id),
    role             TEXT NOT NULL,
    proposed_at      TIMESTAMPTZ NOT NULL,
    proposed_by      UUID,
    confirmed_at     TIMESTAMPTZ,
    confirmed_by     UUID,
    ended_at         TIMESTAMPTZ,
    ended_by         UUID,
    CONSTRAINT account_role_once PRIMARY KEY (account_id, role, proposed_at)
);

-- One-time links: set-up, invitation, password reset. Only the SHA-256 of the token is kept.
CREATE TABLE one_time_link (
    token_hash       BYTEA PRIMARY KEY,
    purpose          TEXT NOT NULL CONSTRAINT one_time_link_purpose CHECK (purpose IN ('setup', 'invitation')),
    account_id       UUID CONSTRAINT one_time_link_account REFERENCES account (id),
    expires_at       TIMESTAMPTZ NOT NULL,
    used_at          TIMESTAMPTZ
);

CREATE TABLE recovery_code (
    account_id       UUID NOT NULL CONSTRAINT recovery_code_account REFERENCES account (id),
    code_hash        BYTEA NOT NULL,
    used_at          TIMESTAMPTZ,
    CONSTRAINT recovery_code_once PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE session (
    id               UUID PRIMARY KEY,
    token_hash       BYTEA NOT NULL CONSTRAINT session_token UNIQUE,
    account_id       UUID NOT NULL CONSTRAINT session_account REFERENCES account (id),
    full_access      BOOLEAN NOT NULL,              -- false while the second factor is awaited
    created_at       TIMESTAMPTZ NOT NULL,
    seen_at          TIMESTAMPTZ NOT NULL,
    expires_at       TIMESTAMPTZ NOT NULL,
    stepped_up_at    TIMESTAMPTZ,
    ended_at         TIMESTAMPTZ,
    end_reason       TEXT CONSTRAINT session_end_reason CHECK (end_reason IN ('signed_out', 'revoked', 'expired', 'rotated')),
    address          TEXT NOT NULL,
    agent            TEXT NOT NULL
);
CREATE INDEX session_by_account ON session (account_id, ended_at);

-- What was typed when a session ended under it: sealed, given back to the same person after sign-in, to nobody else.
CREATE TABLE kept_post (
    id               UUID PRIMARY KEY,
    session_id       UUID NOT NULL CONSTRAINT kept_post_session REFERENCES session (id),
    account_id       UUID NOT NULL CONSTRAINT kept_post_account REFERENCES account (id),
    path             TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    body             BYTEA NOT NULL,                -- sealed
    kept_at          TIMESTAMPTZ NOT NULL,
    taken_at         TIMESTAMPTZ
);
CREATE INDEX kept_post_by_account ON kept_post (account_id, taken_at);

-- Why a person looks at a case, chosen once per case and sitting.
CREATE TABLE sitting (
    session_id       UUID NOT NULL CONSTRAINT sitting_session REFERENCES session (id),
    case_id          UUID NOT NULL,
    purpose          TEXT NOT NULL,
    chosen_at        TIMESTAMPTZ NOT NULL,
    CONSTRAINT sitting_once PRIMARY KEY (session_id, case_id)
);

-- The next number of each kind and year. A number is handed out in the transaction that uses it, and never again.
CREATE TABLE code_counter (
    prefix           TEXT NOT NULL,
    year             BIGINT NOT NULL,
    last_number      BIGINT NOT NULL,
    CONSTRAINT code_counter_once PRIMARY KEY (prefix, year)
);

-- What every record has, whatever its kind.
CREATE TABLE record (
    id               UUID PRIMARY KEY,
    kind             TEXT NOT NULL CONSTRAINT record_kind CHECK (kind IN ('case', 'testimony', 'document', 'incident', 'person', 'unit')),
    code             TEXT NOT NULL CONSTRAINT record_code UNIQUE,
    version          BIGINT NOT NULL,
    restricted       BOOLEAN NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    created_by       UUID NOT NULL CONSTRAINT record_created_by REFERENCES account (id),
    updated_at       TIMESTAMPTZ NOT NULL,
    updated_by       UUID NOT NULL CONSTRAINT record_updated_by REFERENCES account (id),
    previous_code    TEXT,                          -- the code it had where it was imported from
    wrapped_key      BYTEA,                         -- none for persons: theirs is in identity_key
    title            BYTEA NOT NULL,                -- sealed
    body             BYTEA NOT NULL                 -- sealed
);
CREATE INDEX record_newest ON record (kind, created_at, id);

-- Keys of identities in a table of their own: to shred one row is to destroy one identity.
CREATE TABLE identity_key (
    record_id        UUID PRIMARY KEY CONSTRAINT identity_key_record REFERENCES record (id),
    wrapped_key      BYTEA NOT NULL
);

CREATE TABLE case_file (
    id               UUID PRIMARY KEY CONSTRAINT case_file_record REFERENCES record (id),
    status           TEXT NOT NULL,
    status_since     TIMESTAMPTZ NOT NULL,
    previous_status  TEXT,                          -- the state held before suspension
    review_on        TEXT,                          -- YYYY-MM-DD
    priority         TEXT NOT NULL CONSTRAINT case_file_priority CHECK (priority IN ('low', 'medium', 'high', 'critical'))
);
CREATE INDEX case_file_by_age ON case_file (status_since, id);
CREATE INDEX case_file_by_status ON case_file (status, status_since, id);

-- Every state a case was in: append-only.
CREATE TABLE case_move (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT case_move_case REFERENCES case_file (id),
    transition       TEXT NOT NULL,                 -- T01 … T31; 'opened', 'imported'
    from_status      TEXT,
    to_status        TEXT NOT NULL,
    reason_code      TEXT,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    moved_at         TIMESTAMPTZ NOT NULL,
    moved_by         UUID NOT NULL CONSTRAINT case_move_by REFERENCES account (id)
);
CREATE INDEX case_move_of_case ON case_move (case_id, moved_at);

-- A guard attested in writing; counts for the state the case is in, until it leaves it.
CREATE TABLE attestation (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT attestation_case REFERENCES case_file (id),
    guard            TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    words            BYTEA NOT NULL,                -- sealed
    attested_at      TIMESTAMPTZ NOT NULL,
    attested_by      UUID NOT NULL CONSTRAINT attestation_by REFERENCES account (id)
);
CREATE INDEX attestation_of_case ON attestation (case_id, guard, attested_at);

CREATE TABLE assignment (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT assignment_case REFERENCES case_file (id),
    account_id       UUID NOT NULL CONSTRAINT assignment_account REFERENCES account (id),
    duty             TEXT NOT NULL,
    since            TIMESTAMPTZ NOT NULL,
    assigned_by      UUID NOT NULL CONSTRAINT assignment_by REFERENCES account (id),
    ended_at         TIMESTAMPTZ,
    ended_by         UUID
);
CREATE UNIQUE INDEX assignment_once ON assignment (case_id, account_id, duty) WHERE ended_at IS NULL;
CREATE INDEX assignment_of_account ON assignment (account_id, case_id) WHERE ended_at IS NULL;

-- A declared conflict of interest: blocks assignment and sight.
CREATE TABLE conflict_of_interest (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT conflict_case REFERENCES case_file (id),
    account_id       UUID NOT NULL CONSTRAINT conflict_account REFERENCES account (id),
    conflict         BOOLEAN NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    declared_at      TIMESTAMPTZ NOT NULL,
    CONSTRAINT conflict_once UNIQUE (case_id, account_id, declared_at)
);
CREATE INDEX conflict_of_account ON conflict_of_interest (account_id, case_id);

CREATE TABLE incident (
    id               UUID PRIMARY KEY CONSTRAINT incident_record REFERENCES record (id),
    starts_at        TIMESTAMPTZ,
    ends_at          TIMESTAMPTZ,
    precision        TEXT NOT NULL,
    place            TEXT,
    CONSTRAINT incident_interval CHECK (ends_at IS NULL OR starts_at <= ends_at)
);
CREATE TABLE incident_violation (
    incident_id      UUID NOT NULL CONSTRAINT incident_violation_incident REFERENCES incident (id),
    violation        TEXT NOT NULL,
    CONSTRAINT incident_violation_once PRIMARY KEY (incident_id, violation)
);

CREATE TABLE person (
    id               UUID PRIMARY KEY CONSTRAINT person_record REFERENCES record (id),
    protected        BOOLEAN NOT NULL,
    sex              TEXT NOT NULL,
    birth_year       BIGINT,
    victim_status    TEXT
);

CREATE TABLE unit (
    id               UUID PRIMARY KEY CONSTRAINT unit_record REFERENCES record (id),
    party_type       TEXT NOT NULL,
    parent_id        UUID CONSTRAINT unit_parent REFERENCES unit (id),
    valid_from       TEXT,
    valid_to         TEXT,
    CONSTRAINT unit_not_own_parent CHECK (parent_id <> id)
);

CREATE TABLE testimony (
    id               UUID PRIMARY KEY CONSTRAINT testimony_record REFERENCES record (id),
    status           TEXT NOT NULL CONSTRAINT testimony_status CHECK (status IN ('draft', 'returned', 'final')),
    status_since     TIMESTAMPTZ NOT NULL,
    sensitivity      TEXT NOT NULL,
    witness_id       UUID CONSTRAINT testimony_witness REFERENCES person (id),
    interview_date   TEXT,
    lead_id          UUID NOT NULL CONSTRAINT testimony_lead REFERENCES account (id),
    statement        BIGINT NOT NULL,               -- the current version of its statement
    paragraphs       BIGINT NOT NULL,
    filed_at         TIMESTAMPTZ,
    filed_by         UUID
);
CREATE INDEX testimony_by_status ON testimony (status, status_since, id);
CREATE INDEX testimony_of_witness ON testimony (witness_id);

-- The paragraphs of one version of a testimony. A frozen row never changes (trigger).
CREATE TABLE statement (
    testimony_id     UUID NOT NULL CONSTRAINT statement_testimony REFERENCES testimony (id),
    version          BIGINT NOT NULL,
    revision         BIGINT NOT NULL,               -- the record's version when it was last saved
    body             BYTEA NOT NULL,                -- sealed under the record's key
    frozen_at        TIMESTAMPTZ,
    CONSTRAINT statement_once PRIMARY KEY (testimony_id, version)
);

CREATE TABLE document (
    id               UUID PRIMARY KEY CONSTRAINT document_record REFERENCES record (id),
    document_type    TEXT NOT NULL,
    collected_on     TEXT,
    size             BIGINT NOT NULL,
    file_id          UUID NOT NULL CONSTRAINT document_file UNIQUE,
    file_key         BYTEA NOT NULL,                -- wrapped key of the sealed file
    stored_as        TEXT NOT NULL                  -- the file's name on disk: a keyed hash of the content, and file_id
);

-- What hangs on a case, the case itself included: the ground of need-to-know. Append-only but for its end.
CREATE TABLE holding (
    id               UUID PRIMARY KEY,
    case_id          UUID NOT NULL CONSTRAINT holding_case REFERENCES case_file (id),
    record_id        UUID NOT NULL CONSTRAINT holding_record REFERENCES record (id),
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT holding_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID
);
CREATE UNIQUE INDEX holding_once ON holding (case_id, record_id) WHERE superseded_at IS NULL;
CREATE INDEX holding_of_record ON holding (record_id) WHERE superseded_at IS NULL;

-- A person's or unit's part in an incident. Append-only but for its end.
CREATE TABLE involvement (
    id               UUID PRIMARY KEY,
    incident_id      UUID NOT NULL CONSTRAINT involvement_incident REFERENCES incident (id),
    party_id         UUID NOT NULL CONSTRAINT involvement_party REFERENCES record (id),
    role             TEXT NOT NULL,
    confidence       TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    note             BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT involvement_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID
);
CREATE INDEX involvement_of_incident ON involvement (incident_id) WHERE superseded_at IS NULL;
CREATE INDEX involvement_of_party ON involvement (party_id) WHERE superseded_at IS NULL;

-- What a holding or an involvement rests on: a paragraph of a version of a statement, or a document.
CREATE TABLE citation (
    id               UUID PRIMARY KEY,
    link_id          UUID NOT NULL,                 -- a holding or an involvement
    source_id        UUID NOT NULL CONSTRAINT citation_source REFERENCES record (id),
    paragraph        BIGINT,
    statement        BIGINT,
    CONSTRAINT citation_paragraph CHECK ((paragraph IS NULL) = (statement IS NULL))
);
CREATE INDEX citation_of_link ON citation (link_id);
CREATE INDEX citation_of_source ON citation (source_id);

-- Remarks of a supervisor who returned a testimony or a case.
CREATE TABLE remark (
    id               UUID PRIMARY KEY,
    record_id        UUID NOT NULL CONSTRAINT remark_record REFERENCES record (id),
    wrapped_key      BYTEA NOT NULL,
    words            BYTEA NOT NULL,                -- sealed
    made_at          TIMESTAMPTZ NOT NULL,
    made_by          UUID NOT NULL CONSTRAINT remark_by REFERENCES account (id)
);
CREATE INDEX remark_of_record ON remark (record_id, made_at);

-- Keyed hashes of words and their beginnings, for finding names and titles without keeping them.
CREATE TABLE search_token (
    token            BIGINT NOT NULL,
    record_id        UUID NOT NULL CONSTRAINT search_token_record REFERENCES record (id),
    CONSTRAINT search_token_once PRIMARY KEY (token, record_id)
);
CREATE INDEX search_token_of_record ON search_token (record_id);

-- A search that was posted, reached again by an opaque ticket.
CREATE TABLE search_ticket (
    ticket           TEXT PRIMARY KEY,
    session_id       UUID NOT NULL CONSTRAINT search_ticket_session REFERENCES session (id),
    wrapped_key      BYTEA NOT NULL,
    query            BYTEA NOT NULL,                -- sealed
    made_at          TIMESTAMPTZ NOT NULL
);

-- One run of the server. Counters of its log entries have no gaps.
CREATE TABLE instance (
    id               UUID PRIMARY KEY,
    started_at       TIMESTAMPTZ NOT NULL,
    release          TEXT NOT NULL
);

-- Every read and write of a protected record, every refusal, sign-in and administrative act. Insert-only (triggers).
CREATE TABLE log_entry (
    instance_id      UUID NOT NULL CONSTRAINT log_entry_instance REFERENCES instance (id),
    counter          BIGINT NOT NULL,               -- 1, 2, 3 … without gaps in its instance
    id               UUID NOT NULL CONSTRAINT log_entry_id UNIQUE,
    at               TIMESTAMPTZ NOT NULL,
    version          BIGINT NOT NULL,               -- of the leaf's form
    account_id       UUID,
    role             TEXT NOT NULL,
    act              TEXT NOT NULL,
    outcome          TEXT NOT NULL CONSTRAINT log_entry_outcome CHECK (outcome IN ('done', 'refused', 'not_found', 'failed', 'void')),
    grounds          TEXT,
    object_kind      TEXT NOT NULL,
    object_id        UUID,
    case_id          UUID,
    purpose          TEXT,
    request          TEXT NOT NULL,
    address          TEXT NOT NULL,
    detail           TEXT NOT NULL,                 -- small JSON: codes and numbers only
    leaf             BYTEA NOT NULL,                -- canonical bytes (RFC 8785)
    leaf_hash        BYTEA NOT NULL,                -- SHA-256 (0x00 ‖ leaf), RFC 6962 section 2.1
    CONSTRAINT log_entry_once PRIMARY KEY (instance_id, counter)
);
CREATE INDEX log_entry_newest ON log_entry (at, id);
CREATE INDEX log_entry_of_object ON log_entry (object_id, at);
CREATE INDEX log_entry_of_case ON log_entry (case_id, at);
CREATE INDEX log_entry_of_account ON log_entry (account_id, at);
