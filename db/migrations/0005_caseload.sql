-- 0005_caseload.sql -- who is supported, by whom. One standing case a person, across practices.
CREATE TABLE care_case (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL REFERENCES person (id),
    state INT8 NOT NULL,
    stage INT8 NOT NULL,
    priority INT8 NOT NULL,
    lead_account INT8 NOT NULL,
    lead_name TEXT NOT NULL,
    supervisor_account INT8 NOT NULL,
    supervisor_name TEXT NOT NULL,
    cohort TEXT NOT NULL,
    reasons TEXT NOT NULL,
    end_reason TEXT NOT NULL,
    ask_again INT8,
    attempts INT8 NOT NULL,
    offered_at INT8 NOT NULL,
    accepted_at INT8,
    closed_at INT8,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE UNIQUE INDEX care_case_standing ON care_case (person_id) WHERE state <= 2;

CREATE INDEX care_case_person ON care_case (person_id, offered_at);

CREATE INDEX care_case_lead ON care_case (lead_account, state);
