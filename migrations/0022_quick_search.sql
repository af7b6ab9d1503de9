-- To whom acts were attributed at a past date (the count): found from the units, of which there are few.
CREATE INDEX involvement_attributed ON involvement (party_id, recorded_at)
    WHERE role = 'alleged_perpetrator' AND confidence IN ('AC3', 'AC4');

-- In SQLite the index of words counts its documents downwards now, so that the newest are read first without turning round
-- (app/store/src/search/engine.rs); in both databases the names in source lists are in it. Whatever is not in the index is put
-- there as the server starts. A search that is watched tells of everything once more.
DELETE FROM search_doc;

-- What others call a record: the code that it had where it was imported from.
CREATE INDEX record_previous_code ON record (previous_code) WHERE previous_code IS NOT NULL;
