-- A figure that somebody published. Stands beside the committee's own count, never in it. Append-only but for its end.
CREATE TABLE claim (
    id               UUID PRIMARY KEY,
    number           BIGINT NOT NULL CONSTRAINT claim_number UNIQUE,
    parent_id        UUID CONSTRAINT claim_parent REFERENCES claim (id),    -- the figure that this one is a part of
    value            BIGINT,                        -- none: the source gives no figure
    qualifier        TEXT NOT NULL,
    period_from      TEXT NOT NULL,                 -- YYYY-MM-DD
    period_to        TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    body             BYTEA NOT NULL,                -- sealed: source, what was counted, of whom, caveats
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT claim_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT claim_period CHECK (period_from <= period_to)
);

-- What a victim was, as a source says it, and as the committee concluded with a reason (no source). Append-only but for its
-- end, so that any past day can be counted again.
CREATE TABLE victim_status (
    id               UUID PRIMARY KEY,
    person_id        UUID NOT NULL CONSTRAINT victim_status_person REFERENCES person (id),
    source_id        UUID CONSTRAINT victim_status_source REFERENCES record (id),
    status           TEXT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    reason           BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT victim_status_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID
);
CREATE INDEX victim_status_of_person ON victim_status (person_id, recorded_at);

-- Victims are counted from their parts.
CREATE INDEX involvement_of_victims ON involvement (role, recorded_at);
