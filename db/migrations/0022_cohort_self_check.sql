-- 0022_cohort_self_check.sql -- each comparison of a definition's answer with SQL over the store.

-- result: 1 the same, 2 different, 3 not compared, 4 not finished in time.
CREATE TABLE cohort_self_check (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    name TEXT NOT NULL,
    definition_version TEXT NOT NULL,
    at INT8 NOT NULL,
    result INT8 NOT NULL,
    people INT8 NOT NULL,
    different INT8 NOT NULL,
    said TEXT NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX cohort_self_check_definition ON cohort_self_check (definition, id);

CREATE INDEX cohort_self_check_at ON cohort_self_check (at);
