-- 0003_person.sql -- who is registered with a practice of the network, what they need, and what an
-- import changed about them.
CREATE TABLE person (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    nhs_number INT8,
    nhs_verified BOOL NOT NULL,
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    prefix TEXT NOT NULL,
    preferred TEXT NOT NULL,
    born INT8,
    gender INT8 NOT NULL,
    sex INT8 NOT NULL,
    died INT8,
    registration INT8 NOT NULL,
    registration_on INT8,
    practice_id INT8 REFERENCES practice (id),
    address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    phone TEXT NOT NULL,
    mobile TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    interpreter BOOL NOT NULL,
    ethnicity TEXT NOT NULL,
    imd_decile INT8 NOT NULL,
    imd_year INT8 NOT NULL,
    usual_gp TEXT NOT NULL,
    restricted BOOL NOT NULL,
    opted_out BOOL NOT NULL,
    source_id TEXT,
    batch_id INT8 NOT NULL,
    family_key TEXT NOT NULL,
    family_last TEXT,
    given_key TEXT NOT NULL,
    preferred_key TEXT,
    postcode_key TEXT,
    changed_at INT8,
    version INT8 NOT NULL
);

CREATE INDEX person_nhs_number ON person (nhs_number) WHERE nhs_number IS NOT NULL;

CREATE INDEX person_family ON person (family_key, given_key);

CREATE INDEX person_family_last ON person (family_last) WHERE family_last IS NOT NULL;

CREATE INDEX person_given ON person (given_key);

CREATE INDEX person_preferred ON person (preferred_key) WHERE preferred_key IS NOT NULL;

CREATE INDEX person_born ON person (born);

CREATE INDEX person_postcode ON person (postcode_key) WHERE postcode_key IS NOT NULL;

CREATE INDEX person_source ON person (source_id) WHERE source_id IS NOT NULL;

CREATE INDEX person_batch ON person (batch_id);

CREATE INDEX person_practice ON person (practice_id);

CREATE TABLE person_need (
    person_id INT8 NOT NULL REFERENCES person (id),
    nr INT8 NOT NULL,
    kind INT8 NOT NULL,
    words TEXT NOT NULL,
    since INT8,
    PRIMARY KEY (person_id, nr)
    -- sqlite: WITHOUT ROWID
);

CREATE TABLE person_prior (
    batch_id INT8 NOT NULL,
    person_id INT8 NOT NULL REFERENCES person (id),
    version INT8 NOT NULL,
    body JSON NOT NULL,
    PRIMARY KEY (batch_id, person_id)
    -- sqlite: WITHOUT ROWID
);
