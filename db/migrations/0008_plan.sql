-- 0008_plan.sql -- one plan a person: the working draft in parts, typing, versions.
CREATE TABLE plan (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL UNIQUE REFERENCES person (id),
    number INT8 NOT NULL,
    agreed_number INT8 NOT NULL,
    agreed_on INT8,
    review INT8,
    changed BOOL NOT NULL,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE TABLE plan_part (
    person_id INT8 NOT NULL REFERENCES person (id),
    part TEXT NOT NULL,
    place INT8 NOT NULL,
    body TEXT NOT NULL,
    complete BOOL NOT NULL,
    removed BOOL NOT NULL,
    by_name TEXT NOT NULL,
    saved_at INT8 NOT NULL,
    version INT8 NOT NULL,
    PRIMARY KEY (person_id, part)
);

CREATE TABLE plan_typing (
    person_id INT8 NOT NULL REFERENCES person (id),
    part TEXT NOT NULL,
    account_id INT8 NOT NULL,
    by_name TEXT NOT NULL,
    body TEXT NOT NULL,
    seen INT8 NOT NULL,
    saved_at INT8 NOT NULL,
    PRIMARY KEY (person_id, part, account_id)
);

CREATE TABLE plan_version (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL REFERENCES person (id),
    number INT8 NOT NULL,
    agreed BOOL NOT NULL,
    agreed_by TEXT NOT NULL,
    agreed_role TEXT NOT NULL,
    agreed_how TEXT NOT NULL,
    reason TEXT NOT NULL,
    agreed_at INT8 NOT NULL,
    author_name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (person_id, number)
);
