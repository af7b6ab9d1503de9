-- What could be read in a document's file, so that it is found by its words. Sealed under the document's own key, as is its
-- description: who destroys that key destroys the text with it. `waiting` until the file was read, by whichever process.
CREATE TABLE document_text (
    document_id      UUID PRIMARY KEY CONSTRAINT document_text_document REFERENCES document (id),
    state            TEXT NOT NULL CONSTRAINT document_text_state CHECK (state IN ('waiting', 'found', 'empty', 'none', 'failed')),
    words            BIGINT NOT NULL DEFAULT 0,
    cut              BOOLEAN NOT NULL DEFAULT FALSE, -- the file holds more text than is kept
    body             BYTEA,                          -- sealed
    read_at          TIMESTAMPTZ
);
CREATE INDEX document_text_waiting ON document_text (document_id) WHERE state = 'waiting';
INSERT INTO document_text (document_id, state) SELECT id, 'waiting' FROM document;
