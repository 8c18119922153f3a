-- 0017_cohort_definition.sql -- cohort definitions that people wrote, with every version of each.
CREATE TABLE cohort_definition (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    state INT8 NOT NULL,
    number INT8 NOT NULL,
    uses TEXT NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX cohort_definition_state ON cohort_definition (state, name);

CREATE TABLE cohort_definition_version (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    definition_id INT8 NOT NULL REFERENCES cohort_definition (id),
    number INT8 NOT NULL,
    hash TEXT NOT NULL,
    text TEXT NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL
);

CREATE UNIQUE INDEX cohort_definition_number ON cohort_definition_version (definition_id, number);
