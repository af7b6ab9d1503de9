-- To whom acts were attributed at a past date (the count): found from the units, of which there are few.
CREATE INDEX involvement_attributed ON involvement (party_id, recorded_at)
    WHERE role = 'alleged_perpetrator' AND confidence IN ('AC3', 'AC4');

-- In SQLite the index of words counts its documents downwards now, so that the newest are read first without turning round
-- (app/store/src/search/engine.rs). Whatever is not in it is put there as the server starts.
DELETE FROM search_doc;
