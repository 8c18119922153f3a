-- A caseload asks for the last contact and the next task of each of its people: each is found by
-- one step into an index, without reading the rows themselves and without sorting.
CREATE INDEX contact_last ON contact (person_id, at) WHERE outcome = 1 AND in_error = 0;
DROP INDEX task_person;
CREATE INDEX task_person ON task (person_id, state, due, due_minutes);
