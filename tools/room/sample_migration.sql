-- 0000_sample.sql -- what this table is for.
CREATE TABLE sample (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL REFERENCES person (id),
    what TEXT NOT NULL,
    changed_at INT8 NOT NULL,
    ended_at INT8,
    version INT8 NOT NULL
);

CREATE INDEX sample_person ON sample (person_id, id);
