-- 0027_campaign_sending.sql -- letters of a campaign that were sent, recorded for many at once.

CREATE TABLE campaign_sending (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    campaign_id INT8 NOT NULL REFERENCES campaign (id),
    sent_on INT8 NOT NULL,
    people INT8 NOT NULL,
    left_out TEXT NOT NULL,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL,
    undone_at INT8,
    undone_name TEXT NOT NULL,
    undone_reason TEXT NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX campaign_sending_campaign ON campaign_sending (campaign_id);

CREATE TABLE campaign_sent (
    id INT8 PRIMARY KEY,
    sending_id INT8 NOT NULL REFERENCES campaign_sending (id),
    campaign_id INT8 NOT NULL REFERENCES campaign (id),
    person_id INT8 NOT NULL REFERENCES person (id),
    contact_ref TEXT NOT NULL,
    standing INT8 NOT NULL
);

-- Nobody is recorded as sent the letter of a campaign twice, whoever presses the button.
CREATE UNIQUE INDEX campaign_sent_once ON campaign_sent (campaign_id, person_id) WHERE standing = 1;

CREATE INDEX campaign_sent_sending ON campaign_sent (sending_id);
