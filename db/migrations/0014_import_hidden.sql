-- 0014_import_hidden.sql -- people of a batch that loads, or is taken back, are seen by nobody.

-- The row of batch 0 hides nobody: its last_id is the highest id that was ever taken away. It is
-- not given again, since both logs name people by it.
CREATE TABLE person_hidden (
    batch_id INT8 PRIMARY KEY,
    leaving BOOL NOT NULL,
    last_id INT8 NOT NULL
);

-- seen: how often what readers see of the batch changed. job_ref: the job that takes it back.
-- upload_ref: the file from a page that it came from.
ALTER TABLE batch ADD COLUMN seen INT8 NOT NULL DEFAULT 0;

ALTER TABLE batch ADD COLUMN job_ref TEXT NOT NULL DEFAULT '';

ALTER TABLE batch ADD COLUMN upload_ref TEXT NOT NULL DEFAULT '';

UPDATE batch SET seen = version WHERE state IN (2, 3);

-- 1: the decision added decided_person, who goes when the decision is taken back.
ALTER TABLE near_match ADD COLUMN added INT8 NOT NULL DEFAULT 0;

CREATE INDEX near_match_person ON near_match (person_id);

-- A decision moves a few packs among millions of events.
CREATE INDEX event_pack_near ON event_pack (near_id) WHERE near_id IS NOT NULL;
