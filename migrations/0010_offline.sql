-- Devices that keep drafts without a connection. The key by which a device seals them is given out to its owner's sessions
-- only; it goes when the device is revoked, and is never given out again.
CREATE TABLE offline_device (
    id               UUID PRIMARY KEY,
    account_id       UUID NOT NULL CONSTRAINT offline_device_account REFERENCES account (id),
    wrapped_key      BYTEA NOT NULL,
    secret           BYTEA,                         -- sealed; none once the device may keep nothing any more
    agent            TEXT NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    seen_at          TIMESTAMPTZ NOT NULL,          -- when the key was given out last
    expires_at       TIMESTAMPTZ NOT NULL,
    revoked_at       TIMESTAMPTZ,
    told_at          TIMESTAMPTZ                    -- when the device first heard that it must erase what it keeps
);
CREATE INDEX offline_device_by_account ON offline_device (account_id, revoked_at);

-- Which testimony became of a draft that was written on a device: the draft's id is chosen there, so that a draft that
-- is sent twice makes one testimony.
CREATE TABLE offline_draft (
    id               UUID PRIMARY KEY,
    account_id       UUID NOT NULL CONSTRAINT offline_draft_account REFERENCES account (id),
    device_id        UUID NOT NULL CONSTRAINT offline_draft_device REFERENCES offline_device (id),
    testimony_id     UUID NOT NULL CONSTRAINT offline_draft_testimony REFERENCES testimony (id),
    revision         BIGINT NOT NULL,               -- the device's count, as synchronised last
    version          BIGINT NOT NULL,               -- the testimony's version that came of it
    digest           BYTEA NOT NULL,                -- keyed hash of the text: the same text again is no conflict
    kept_at          TIMESTAMPTZ NOT NULL
);
