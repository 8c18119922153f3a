-- 0019_equity.sql -- figures of who is reached, one release a calendar month: what may be shown.
CREATE TABLE equity_release (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    month INT8 NOT NULL UNIQUE,
    as_at INT8 NOT NULL,
    data_on INT8,
    generation INT8 NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE TABLE equity_subject (
    release_id INT8 NOT NULL REFERENCES equity_release (id),
    place INT8 NOT NULL,
    subject_key TEXT NOT NULL,
    name TEXT NOT NULL,
    people INT8 NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (release_id, place),
    UNIQUE (release_id, subject_key)
);
