-- 0035_campaign_contact_gap.sql -- a campaign that leaves out who was contacted in the last days.
--
-- A table of its own: a new column of campaign would change what the seals of earlier campaigns
-- hold. A campaign without a row leaves nobody out for this.
CREATE TABLE campaign_contact_gap (
    campaign_id INT8 PRIMARY KEY REFERENCES campaign (id),
    ref TEXT NOT NULL UNIQUE, -- the campaign's
    days INT8 NOT NULL
);
