-- Words are found through the database's own full-text engine (app/store/src/search/engine.rs): SQLite's FTS5, PostgreSQL's
-- tsvector. What it holds are keyed hashes of words, and the marks of who may find a record. Kept here as well, so that who
-- may find it can be written anew without opening the record.
DROP TABLE search_token;
CREATE TABLE search_doc (
    doc              INTEGER PRIMARY KEY,           -- counted up as records are made: the newest is the highest
    record_id        UUID NOT NULL CONSTRAINT search_doc_record REFERENCES record (id)
                     CONSTRAINT search_doc_once UNIQUE,
    names            BYTEA NOT NULL,                -- keyed hashes, eight bytes each, in the order of the words
    words            BYTEA NOT NULL,
    beginnings       BYTEA NOT NULL
);
