-- 0015_person_changed_at.sql -- who was corrected since the columns were made: their place by name.
CREATE INDEX person_changed_at ON person (changed_at) WHERE changed_at IS NOT NULL;
