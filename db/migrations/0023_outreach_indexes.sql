-- 0023_outreach_indexes.sql -- a campaign in the order of asking, and counted.
CREATE INDEX campaign_person_place ON campaign_person (campaign_id, place);

CREATE INDEX campaign_person_counts ON campaign_person (campaign_id, practice_id, state, standing);
