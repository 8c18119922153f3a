-- 0029_person_registered.sql -- lists of colleagues' work ask where each person is registered.
CREATE VIEW person_registered AS SELECT id AS person_id, practice_id FROM person;
