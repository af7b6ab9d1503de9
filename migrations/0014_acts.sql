-- Acts: what was done within an incident, and to how many. Append-only but for its end, as every judgement.
CREATE TABLE act (
    id               UUID PRIMARY KEY,
    incident_id      UUID NOT NULL CONSTRAINT act_incident REFERENCES incident (id),
    number           BIGINT NOT NULL,               -- within the incident; never used again
    violation        TEXT NOT NULL,
    starts_at        TIMESTAMPTZ,                   -- none: as far as known, the incident's own interval
    ends_at          TIMESTAMPTZ,
    least            BIGINT,                        -- so many victims at least and at most, where not all are known by name
    most             BIGINT,
    wrapped_key      BYTEA NOT NULL,
    note             BYTEA NOT NULL,                -- sealed
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL CONSTRAINT act_by REFERENCES account (id),
    superseded_at    TIMESTAMPTZ,
    superseded_by    UUID,
    CONSTRAINT act_once UNIQUE (incident_id, number),
    CONSTRAINT act_interval CHECK (ends_at IS NULL OR starts_at <= ends_at),
    CONSTRAINT act_range CHECK (least IS NULL OR most IS NULL OR least <= most)
);

-- A part in an incident is a part in one of its acts, where that is known; and of who is alleged to have done it, in what way
-- they answer for it.
ALTER TABLE involvement ADD COLUMN act_id UUID CONSTRAINT involvement_act REFERENCES act (id);
ALTER TABLE involvement ADD COLUMN mode TEXT;
CREATE INDEX involvement_of_act ON involvement (act_id) WHERE superseded_at IS NULL;

-- The words of the paragraph that a citation rests on: from and to, in characters of that version's text. What is cited may
-- also be an act, or the place of an incident (link_id is the incident).
ALTER TABLE citation ADD COLUMN mark_from BIGINT;
ALTER TABLE citation ADD COLUMN mark_to BIGINT;
CREATE INDEX citation_marks ON citation (source_id, statement) WHERE mark_from IS NOT NULL;
