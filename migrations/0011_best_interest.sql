-- A protection officer recorded with this consent that it is in the best interest of the child who gave it; the note says
-- by whom that was decided and why. As all of a consent it never changes.
ALTER TABLE consent ADD COLUMN best_interest BOOLEAN NOT NULL DEFAULT FALSE;
