-- 0013_reason_review.sql -- what a privacy officer found about each reason that was stated.
ALTER TABLE access_reason ADD COLUMN outcome INT8 NOT NULL DEFAULT 0;
ALTER TABLE access_reason ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE access_reason ADD COLUMN reviewer TEXT NOT NULL DEFAULT '';
ALTER TABLE access_reason ADD COLUMN reviewed_at INT8;
ALTER TABLE access_reason ADD COLUMN version INT8 NOT NULL DEFAULT 1;

-- Those stated before are known by the id of their journal entry, written in the same change.
UPDATE access_reason SET ref = COALESCE(
    (SELECT min(j.id) FROM journal j
      WHERE j.kind = 'access-reason' AND j.actor = access_reason.account_id
        AND j.person = access_reason.person_id AND j.at = access_reason.from_at), '')
 WHERE ref = '';

CREATE INDEX access_reason_from ON access_reason (from_at);
