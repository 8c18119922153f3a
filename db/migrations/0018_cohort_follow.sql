-- 0018_cohort_follow.sql -- cohorts that somebody follows: run by themselves, who is new put aside.

-- Runs that a schedule made: nobody has seen them, so that they open nobody's details.
CREATE TABLE cohort_scheduled (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    follow TEXT NOT NULL,
    joined INT8 NOT NULL,
    gone INT8 NOT NULL
);

CREATE INDEX cohort_scheduled_follow ON cohort_scheduled (follow);

-- baseline, latest: refs of runs. every: 1 day, 2 week, 3 month. state: 1 runs, 2 stopped, 3 ended.
CREATE TABLE cohort_follow (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    every INT8 NOT NULL,
    since INT8 NOT NULL,
    baseline TEXT NOT NULL,
    latest TEXT NOT NULL,
    next_on INT8 NOT NULL,
    state INT8 NOT NULL,
    said TEXT NOT NULL,
    waiting INT8 NOT NULL DEFAULT 0,
    version INT8 NOT NULL
);

CREATE UNIQUE INDEX cohort_follow_account ON cohort_follow (account_id, definition);

CREATE INDEX cohort_follow_next ON cohort_follow (state, next_on);

CREATE TABLE cohort_set_aside (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    person_id INT8 NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL,
    reason TEXT NOT NULL,
    until INT8 NOT NULL,
    standing BOOL NOT NULL,
    version INT8 NOT NULL
);

CREATE UNIQUE INDEX cohort_set_aside_person ON cohort_set_aside (definition, person_id);
