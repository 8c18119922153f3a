-- 0009_cohort.sql -- runs of cohort definitions that listed people to somebody.
CREATE TABLE cohort_run (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    definition_version TEXT NOT NULL,
    as_at INT8 NOT NULL,
    data_on INT8,
    generation INT8 NOT NULL,
    practice INT8 NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL,
    counts TEXT NOT NULL,
    people_count INT8 NOT NULL,
    people BYTES NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX cohort_run_account ON cohort_run (account_id, at);

CREATE INDEX cohort_run_definition ON cohort_run (definition, at);
