-- In which order documents of the index changed: counted up with each change, in the order in which changes are committed.
CREATE TABLE search_change (
    doc              INTEGER PRIMARY KEY CONSTRAINT search_change_doc REFERENCES search_doc (doc) ON DELETE CASCADE,
    changed          BIGINT NOT NULL CONSTRAINT search_change_once UNIQUE
);

-- Searches that somebody keeps under a name; of their account alone. What is new in one is what was changed since it was
-- opened, or could not be found then (app/store/src/search/news.rs).
CREATE TABLE saved_search (
    id               UUID PRIMARY KEY,
    account_id       UUID NOT NULL CONSTRAINT saved_search_account REFERENCES account (id),
    name_mark        BYTEA NOT NULL,                -- keyed hash of account and name: no two of one name
    version          BIGINT NOT NULL,
    wrapped_key      BYTEA NOT NULL,
    body             BYTEA NOT NULL,                -- sealed: the name, what is searched for, the filter
    watched          BOOLEAN NOT NULL,
    made_at          TIMESTAMPTZ NOT NULL,
    seen_at          TIMESTAMPTZ NOT NULL,          -- when its results were shown last
    seen_change      BIGINT NOT NULL,               -- the newest change of the index then
    seen             BYTEA NOT NULL,                -- sealed: what its owner could find then
    looked_change    BIGINT NOT NULL,               -- the newest change when the server looked last; -1 if it is to look again
    looked_reach     BYTEA NOT NULL,                -- keyed hash of what the owner could find then
    told             BIGINT NOT NULL,               -- how many were new then
    CONSTRAINT saved_search_name UNIQUE (account_id, name_mark)
);

-- A search that was opened from a saved one knows it, and since when something is new.
ALTER TABLE search_ticket ADD COLUMN saved BYTEA;   -- sealed
