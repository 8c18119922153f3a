-- 0004_population.sql -- what the practices sent: batches, codes, packs of events, near matches.
CREATE TABLE batch (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    state INT8 NOT NULL,
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INT8 NOT NULL,
    practice_ods TEXT NOT NULL,
    extract_on INT8,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    started_at INT8 NOT NULL,
    ended_at INT8,
    people_added INT8 NOT NULL DEFAULT 0,
    people_changed INT8 NOT NULL DEFAULT 0,
    people_near INT8 NOT NULL DEFAULT 0,
    events INT8 NOT NULL DEFAULT 0,
    refused INT8 NOT NULL DEFAULT 0,
    report TEXT NOT NULL DEFAULT '',
    code_from INT8 NOT NULL,
    unit_from INT8 NOT NULL,
    version INT8 NOT NULL DEFAULT 0
);

CREATE INDEX batch_state ON batch (state);

CREATE TABLE code (
    id INT8 PRIMARY KEY,
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    term TEXT NOT NULL,
    UNIQUE (system, code)
);

CREATE TABLE unit (
    id INT8 PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- One person's events of one piece of one batch, packed (population_pack.h, ADR 0008).
-- person_id is 0 while a near match waits: the events then belong to near_id and to nobody.
CREATE TABLE event_pack (
    id INT8 PRIMARY KEY,
    person_id INT8 NOT NULL,
    batch_id INT8 NOT NULL REFERENCES batch (id),
    near_id INT8,
    events INT8 NOT NULL,
    body BYTES NOT NULL
);

CREATE INDEX event_pack_person ON event_pack (person_id);

CREATE INDEX event_pack_batch ON event_pack (batch_id);

CREATE TABLE near_match (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    batch_id INT8 NOT NULL REFERENCES batch (id),
    person_id INT8 NOT NULL,
    sent_key TEXT NOT NULL,
    sent TEXT NOT NULL,
    state INT8 NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at INT8,
    decided_person INT8,
    version INT8 NOT NULL DEFAULT 0
);

CREATE INDEX near_match_state ON near_match (state, id);

CREATE INDEX near_match_batch ON near_match (batch_id);

CREATE INDEX near_match_sent ON near_match (sent_key);

-- How the columns of a practice's extract were read last time.
CREATE TABLE column_map (
    practice_ods TEXT PRIMARY KEY,
    has_header BOOL NOT NULL,
    layout TEXT NOT NULL,
    saved_at INT8 NOT NULL
);

-- A file that was sent from a page, until it is applied or dropped. Its bytes: data_dir/imports.
CREATE TABLE upload (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    fhir BOOL NOT NULL,
    practice_ods TEXT NOT NULL,
    practice_name TEXT NOT NULL,
    extract_on INT8,
    layout TEXT NOT NULL,
    state INT8 NOT NULL,
    report TEXT NOT NULL,
    job_ref TEXT NOT NULL,
    batch_ref TEXT NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL
);
