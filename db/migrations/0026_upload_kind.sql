-- 0026_upload_kind.sql -- what a file sent from a page is: an extract or FHIR (0), or a list about
-- people who are here: scores (1), opt-outs (2), a release of deprivation (3) with its year.
ALTER TABLE upload ADD COLUMN kind INT8 NOT NULL DEFAULT 0;

ALTER TABLE upload ADD COLUMN release_year INT8 NOT NULL DEFAULT 0;
