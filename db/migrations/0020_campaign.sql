-- 0020_campaign.sql -- the people of one run are asked whether they want support: who, by whom,
-- when, and what they said. `standing` is 1 while somebody is still to be asked in the campaign:
-- at most one of these a person, so that nobody is asked twice.
CREATE TABLE campaign (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    state INT8 NOT NULL,
    name TEXT NOT NULL,
    cohort TEXT NOT NULL,
    cohort_name TEXT NOT NULL,
    definition_version TEXT NOT NULL,
    run TEXT NOT NULL,
    as_at INT8 NOT NULL,
    data_on INT8,
    offer TEXT NOT NULL,
    confirm INT8 NOT NULL,
    order_by INT8 NOT NULL,
    gap_months INT8 NOT NULL,
    listed INT8 NOT NULL,
    beyond INT8 NOT NULL,
    left_out TEXT NOT NULL,
    made_account INT8 NOT NULL,
    made_name TEXT NOT NULL,
    made_at INT8 NOT NULL,
    start_on INT8,
    started_name TEXT NOT NULL,
    closed_name TEXT NOT NULL,
    closed_at INT8,
    close_note TEXT NOT NULL,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX campaign_state ON campaign (state, id);

CREATE TABLE campaign_colleague (
    campaign_id INT8 NOT NULL REFERENCES campaign (id),
    account_id INT8 NOT NULL,
    name TEXT NOT NULL,
    a_week INT8 NOT NULL,
    PRIMARY KEY (campaign_id, account_id)
);

CREATE TABLE campaign_practice (
    campaign_id INT8 NOT NULL REFERENCES campaign (id),
    practice_id INT8 NOT NULL,
    confirmed_account INT8 NOT NULL,
    confirmed_name TEXT NOT NULL,
    confirmed_at INT8,
    PRIMARY KEY (campaign_id, practice_id)
);

CREATE TABLE campaign_person (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    campaign_id INT8 NOT NULL REFERENCES campaign (id),
    person_id INT8 NOT NULL REFERENCES person (id),
    practice_id INT8 NOT NULL,
    state INT8 NOT NULL,
    standing INT8 NOT NULL,
    why INT8 NOT NULL,
    words TEXT NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    place INT8 NOT NULL,
    ask_from INT8,
    ask_again INT8,
    reasons TEXT NOT NULL,
    answered_at INT8,
    answered_name TEXT NOT NULL,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL,
    UNIQUE (campaign_id, person_id)
);

CREATE UNIQUE INDEX campaign_person_standing ON campaign_person (person_id) WHERE standing = 1;

CREATE INDEX campaign_person_person ON campaign_person (person_id);

CREATE INDEX campaign_person_account ON campaign_person (account_id, standing);

CREATE INDEX campaign_person_answered ON campaign_person (answered_at);
