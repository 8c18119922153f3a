-- 0012_seal.sql -- what an entry says of every column of the rows it vouches for (core/seal.h).
ALTER TABLE journal ADD COLUMN seal TEXT NOT NULL DEFAULT '';

-- Stated reasons get a name by which their entry in the journal finds them.
ALTER TABLE access_reason ADD COLUMN ref TEXT NOT NULL DEFAULT '';

CREATE INDEX access_reason_ref ON access_reason (ref);

CREATE INDEX person_prior_person ON person_prior (person_id);
