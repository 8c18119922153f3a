-- How many are registered with each practice is counted without reading the people themselves.
CREATE INDEX person_registered_at ON person (practice_id, batch_id) WHERE registration = 1;
