-- 0034_referral.sql -- whom the team referred where, and what came of it.
CREATE TABLE referral (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL REFERENCES person (id),
    service TEXT NOT NULL,
    reach TEXT NOT NULL,
    reason TEXT NOT NULL,
    way INT8 NOT NULL,
    number TEXT NOT NULL,
    consent INT8 NOT NULL,
    sent_on INT8 NOT NULL,
    state INT8 NOT NULL,
    state_on INT8 NOT NULL,
    owner INT8 NOT NULL,
    owner_name TEXT NOT NULL,
    chase_on INT8,
    closed_on INT8,
    created_at INT8 NOT NULL,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX referral_person ON referral (person_id, closed_on);

CREATE INDEX referral_open ON referral (closed_on, person_id, sent_on);

-- Each thing that happened to one, in the order it was written down; nothing is changed or removed.
CREATE TABLE referral_step (
    id INT8 PRIMARY KEY,
    referral_id INT8 NOT NULL REFERENCES referral (id),
    kind INT8 NOT NULL,
    happened_on INT8 NOT NULL,
    words TEXT NOT NULL,
    account INT8 NOT NULL,
    name TEXT NOT NULL,
    written_at INT8 NOT NULL
);

CREATE INDEX referral_step_of ON referral_step (referral_id, id);
