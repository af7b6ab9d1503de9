-- With whom a person was, in which role, and from when to when, as sources say. Append-only but for its end: what contradicts
-- stands beside each other.
CREATE TABLE affiliation (
    id               UUID PRIMARY KEY,
    person_id        UUID NOT NULL CONSTRAINT affiliation_person REFERENCES person (id),
    unit_id          UUID CONSTRAINT affiliation_unit REFERENCES unit (id),
    party_type       TEXT,                          -- where no unit is known
    role             TEXT NOT NULL,
    from_day         TEXT,                          -- YYYY-MM-DD; none where no source says
    to_day           TEXT,
    confidence       TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    note             BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT affiliation_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT affiliation_with CHECK ((unit_id IS NULL) <> (party_type IS NULL)),
    CONSTRAINT affiliation_days CHECK (from_day IS NULL OR to_day IS NULL OR from_day <= to_day)
);
CREATE INDEX affiliation_of_person ON affiliation (person_id) WHERE superseded_at IS NULL;
CREATE INDEX affiliation_of_unit ON affiliation (unit_id) WHERE superseded_at IS NULL;

-- Under which unit a unit stood, and when. What `unit.parent_id` says holds for a unit of which nothing is dated.
CREATE TABLE subordination (
    id               UUID PRIMARY KEY,
    unit_id          UUID NOT NULL CONSTRAINT subordination_unit REFERENCES unit (id),
    above_id         UUID NOT NULL CONSTRAINT subordination_above REFERENCES unit (id),
    from_day         TEXT,
    to_day           TEXT,
    confidence       TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    note             BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT subordination_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT subordination_of_another CHECK (unit_id <> above_id),
    CONSTRAINT subordination_days CHECK (from_day IS NULL OR to_day IS NULL OR from_day <= to_day)
);
CREATE INDEX subordination_of_unit ON subordination (unit_id) WHERE superseded_at IS NULL;
CREATE INDEX subordination_of_above ON subordination (above_id) WHERE superseded_at IS NULL;

-- A record as it was before it was changed. All of it is sealed under the record's own key: with an identity goes its past.
CREATE TABLE record_past (
    id               UUID PRIMARY KEY,
    record_id        UUID NOT NULL CONSTRAINT record_past_record REFERENCES record (id),
    version          BIGINT NOT NULL,
    title            BYTEA NOT NULL,                -- sealed, as it stood in the record
    body             BYTEA NOT NULL,                -- sealed, as it stood in the record
    facts            BYTEA NOT NULL,                -- sealed: what stood in clear beside it
    why              BYTEA NOT NULL,                -- sealed: why it was changed then
    written_at       TIMESTAMPTZ NOT NULL,          -- when this version was written, and by whom
    written_by       UUID NOT NULL CONSTRAINT record_past_by REFERENCES account (id),
    CONSTRAINT record_past_once UNIQUE (record_id, version)
);
