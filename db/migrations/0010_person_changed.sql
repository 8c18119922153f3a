-- 0010_person_changed.sql -- finds the few people who were corrected here among all imported ones.
CREATE INDEX person_changed ON person (version) WHERE version > 0;
