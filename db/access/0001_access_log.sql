-- 0001_access_log.sql -- who looked at what: append-only and hash-chained, in a file of its own.
CREATE TABLE access_log (
    seq INT8 PRIMARY KEY,
    at INT8 NOT NULL,
    actor INT8 NOT NULL,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    request TEXT NOT NULL,
    purpose TEXT NOT NULL,
    verb TEXT NOT NULL,
    person INT8 NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    persons BYTES NOT NULL,
    prev_hash BYTES NOT NULL,
    hash BYTES NOT NULL
);

CREATE INDEX access_log_person ON access_log (person, seq);

CREATE TABLE access_person (
    person INT8 NOT NULL,
    seq INT8 NOT NULL,
    PRIMARY KEY (person, seq)
);

CREATE TABLE schema_migration (
    number INT8 PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BYTES NOT NULL,
    at INT8 NOT NULL
);
