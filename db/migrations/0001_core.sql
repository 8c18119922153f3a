-- 0001_core.sql -- accounts, sessions, drafts, the journal, jobs.
CREATE TABLE account (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    state INT8 NOT NULL,
    reset_hash BYTES,
    reset_until INT8,
    version INT8 NOT NULL
);

CREATE TABLE account_secret (
    account_id INT8 PRIMARY KEY REFERENCES account (id),
    password_hash TEXT NOT NULL,
    failures INT8 NOT NULL DEFAULT 0,
    last_sign_in INT8
);

CREATE TABLE account_org (
    account_id INT8 NOT NULL REFERENCES account (id),
    org_id INT8 NOT NULL,
    PRIMARY KEY (account_id, org_id)
);

CREATE TABLE session (
    token_hash BYTES PRIMARY KEY,
    account_id INT8 NOT NULL REFERENCES account (id),
    csrf_key BYTES NOT NULL,
    started_at INT8 NOT NULL,
    seen_at INT8 NOT NULL,
    ended_at INT8,
    flash TEXT NOT NULL DEFAULT ''
);

CREATE INDEX session_account ON session (account_id);

CREATE TABLE draft (
    account_id INT8 NOT NULL REFERENCES account (id),
    draft_key TEXT NOT NULL,
    body TEXT NOT NULL,
    version INT8 NOT NULL,
    saved_at INT8 NOT NULL,
    PRIMARY KEY (account_id, draft_key)
);

CREATE TABLE access_reason (
    id INT8 PRIMARY KEY,
    account_id INT8 NOT NULL REFERENCES account (id),
    person_id INT8 NOT NULL,
    kind INT8 NOT NULL,
    reason TEXT NOT NULL,
    from_at INT8 NOT NULL,
    until_at INT8 NOT NULL
);

CREATE INDEX access_reason_person ON access_reason (person_id, account_id);

CREATE TABLE journal (
    seq INT8 PRIMARY KEY,
    at INT8 NOT NULL,
    actor INT8 NOT NULL,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    org TEXT NOT NULL,
    request TEXT NOT NULL,
    purpose TEXT NOT NULL,
    person INT8 NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INT8 NOT NULL,
    verb TEXT NOT NULL,
    body TEXT NOT NULL,
    prev_hash BYTES NOT NULL,
    hash BYTES NOT NULL
);

CREATE INDEX journal_thing ON journal (kind, id, version);

CREATE INDEX journal_person ON journal (person, seq);

CREATE TABLE job (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    arg BYTES NOT NULL,
    account_id INT8 NOT NULL,
    state INT8 NOT NULL,
    done INT8 NOT NULL,
    total INT8 NOT NULL,
    message TEXT NOT NULL,
    started_at INT8 NOT NULL,
    ended_at INT8
);

CREATE TABLE schema_migration (
    number INT8 PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BYTES NOT NULL,
    at INT8 NOT NULL
);
