-- owns: campaign campaign_colleague campaign_practice campaign_person campaign_contact_gap

-- name: get ($1 ref)
SELECT id, ref, state, name, cohort, cohort_name, definition_version, run, as_at, data_on,
       offer, confirm, order_by, gap_months, listed, beyond, left_out, made_account, made_name,
       made_at, start_on,
       started_name, closed_name, closed_at, close_note, changed_at, version,
       COALESCE((SELECT g.days FROM campaign_contact_gap g WHERE g.campaign_id = campaign.id), 0)
         AS contact_days
  FROM campaign WHERE ref = $1

-- name: get_id ($1 id)  -- columns: get
SELECT id, ref, state, name, cohort, cohort_name, definition_version, run, as_at, data_on,
       offer, confirm, order_by, gap_months, listed, beyond, left_out, made_account, made_name,
       made_at, start_on,
       started_name, closed_name, closed_at, close_note, changed_at, version,
       COALESCE((SELECT g.days FROM campaign_contact_gap g WHERE g.campaign_id = campaign.id), 0)
         AS contact_days
  FROM campaign WHERE id = $1

-- name: list ($1 limit, $2 from)  -- columns: get
SELECT id, ref, state, name, cohort, cohort_name, definition_version, run, as_at, data_on,
       offer, confirm, order_by, gap_months, listed, beyond, left_out, made_account, made_name,
       made_at, start_on,
       started_name, closed_name, closed_at, close_note, changed_at, version,
       COALESCE((SELECT g.days FROM campaign_contact_gap g WHERE g.campaign_id = campaign.id), 0)
         AS contact_days
  FROM campaign ORDER BY CASE WHEN state <= 2 THEN 0 ELSE 1 END, id DESC LIMIT $1 OFFSET $2

-- name: named ($1 name)
-- Of those that are not closed, the newest.
SELECT k.ref, k.cohort, k.made_account, k.made_name, k.made_at, k.run, k.confirm, k.order_by,
       k.gap_months, k.beyond,
       COALESCE((SELECT g.days FROM campaign_contact_gap g WHERE g.campaign_id = k.id), 0)
         AS contact_days,
       (SELECT count(*) FROM campaign_person p WHERE p.campaign_id = k.id AND p.why = 0) AS asked
  FROM campaign k WHERE k.name = $1 AND k.state <= 2 ORDER BY k.id DESC LIMIT 1

-- name: count ()
SELECT count(*) AS n FROM campaign

-- name: add ($1 ref, $2 name, $3 cohort, $4 cohort name, $5 definition version, $6 as at, $7 data on, $8 offer, $9 confirm, $10 order, $11 gap months, $12 listed, $13 beyond, $14 left out, $15 account, $16 account name, $17 at, $18 run)
INSERT INTO campaign (ref, state, name, cohort, cohort_name, definition_version, as_at, data_on,
                      offer, confirm, order_by, gap_months, listed, beyond, left_out, made_account,
                      made_name, made_at, started_name, closed_name, close_note, changed_at,
                      version, run)
VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '', '', '',
        $17, 1, $18)

-- name: contact_gap_add ($1 campaign, $2 ref, $3 days)
INSERT INTO campaign_contact_gap (campaign_id, ref, days) VALUES ($1, $2, $3)

-- name: start ($1 id, $2 version seen, $3 day, $4 name, $5 at)
UPDATE campaign SET state = 2, start_on = $3, started_name = $4, changed_at = $5,
                    version = version + 1
 WHERE id = $1 AND version = $2 AND state = 1

-- name: close ($1 id, $2 version seen, $3 name, $4 note, $5 at)
UPDATE campaign SET state = 3, closed_name = $3, close_note = $4, closed_at = $5, changed_at = $5,
                    version = version + 1
 WHERE id = $1 AND version = $2 AND state <= 2

-- name: touch ($1 id, $2 version seen, $3 at)
UPDATE campaign SET changed_at = $3, version = version + 1
 WHERE id = $1 AND version = $2 AND state <= 2

-- name: colleagues ($1 campaign)
SELECT account_id, name, a_week FROM campaign_colleague WHERE campaign_id = $1 ORDER BY name

-- name: colleagues_clear ($1 campaign)
DELETE FROM campaign_colleague WHERE campaign_id = $1

-- name: colleague_add ($1 campaign, $2 account, $3 name, $4 a week)
INSERT INTO campaign_colleague (campaign_id, account_id, name, a_week) VALUES ($1, $2, $3, $4)

-- name: waits ()
-- Practices whose list nobody has confirmed.
SELECT q.campaign_id, q.practice_id FROM campaign_practice q JOIN campaign c ON c.id = q.campaign_id
 WHERE c.confirm = 1 AND c.state <= 2 AND q.confirmed_at IS NULL

-- name: practices ($1 campaign)
SELECT practice_id, confirmed_account, confirmed_name, confirmed_at
  FROM campaign_practice WHERE campaign_id = $1 ORDER BY practice_id

-- name: practice_add ($1 campaign, $2 practice)
INSERT INTO campaign_practice (campaign_id, practice_id, confirmed_account, confirmed_name)
VALUES ($1, $2, 0, '')

-- name: practice_confirm ($1 campaign, $2 practice, $3 account, $4 name, $5 at)
UPDATE campaign_practice SET confirmed_account = $3, confirmed_name = $4, confirmed_at = $5
 WHERE campaign_id = $1 AND practice_id = $2 AND confirmed_at IS NULL

-- name: people ($1 campaign)
SELECT id, ref, campaign_id, person_id, practice_id, state, standing, why, words, account_id,
       account_name, place, ask_from, ask_again, answered_at, answered_name, version
  FROM campaign_person WHERE campaign_id = $1 ORDER BY place, id

-- name: counts ()
SELECT campaign_id, practice_id, state, standing, count(*) AS n FROM campaign_person
 GROUP BY campaign_id, practice_id, state, standing

-- name: states ()
-- Everybody of every campaign, to be counted for the month's figures.
SELECT campaign_id, person_id, state FROM campaign_person

-- name: counted_at ($1 practice)
-- Who stands in a campaign for a practice, to be counted for its GP.
SELECT campaign_id, person_id, practice_id, state FROM campaign_person WHERE practice_id = $1

-- name: reasons ($1 id)
SELECT reasons FROM campaign_person WHERE id = $1

-- name: person ($1 ref)  -- columns: people
SELECT id, ref, campaign_id, person_id, practice_id, state, standing, why, words, account_id,
       account_name, place, ask_from, ask_again, answered_at, answered_name, version
  FROM campaign_person WHERE ref = $1

-- name: of_person ($1 person)
-- The campaign in which the person is still to be asked, else the latest; 5: was to be, and left.
SELECT id, ref, campaign_id, person_id, practice_id, state, standing, why, words, account_id,
       account_name, place, ask_from, ask_again, answered_at, answered_name, version, reasons
  FROM campaign_person WHERE person_id = $1 AND (state <> 1 OR why = 5)
 ORDER BY standing DESC, id DESC LIMIT 1

-- name: mine ($1 account, $2 today)
SELECT p.id, p.ref, p.campaign_id, p.person_id, p.practice_id, p.state, p.standing, p.why, p.words,
       p.account_id, p.account_name, p.place, p.ask_from, p.ask_again, p.answered_at,
       p.answered_name, p.version, c.name AS campaign_name, c.offer, c.made_at, c.confirm
  FROM campaign_person p JOIN campaign c ON c.id = p.campaign_id
 WHERE p.account_id = $1 AND p.standing = 1 AND c.state = 2 AND p.ask_from <= $2
   AND p.state <> 8
   AND (p.ask_again IS NULL OR p.ask_again <= $2)
   AND (c.confirm = 0 OR EXISTS (SELECT 1 FROM campaign_practice q
                                  WHERE q.campaign_id = c.id AND q.practice_id = p.practice_id
                                    AND q.confirmed_at IS NOT NULL))
 ORDER BY p.place, p.id

-- name: mine_count ($1 account, $2 today)
SELECT count(*) AS n FROM campaign_person p JOIN campaign c ON c.id = p.campaign_id
 WHERE p.account_id = $1 AND p.standing = 1 AND c.state = 2 AND p.ask_from <= $2
   AND p.state <> 8
   AND (p.ask_again IS NULL OR p.ask_again <= $2)
   AND (c.confirm = 0 OR EXISTS (SELECT 1 FROM campaign_practice q
                                  WHERE q.campaign_id = c.id AND q.practice_id = p.practice_id
                                    AND q.confirmed_at IS NOT NULL))

-- name: asks ($1 person, $2 account, $3 today)
-- Is the person the account's to ask now? Whose details are wrong is nobody's.
SELECT count(*) AS n FROM campaign_person p JOIN campaign c ON c.id = p.campaign_id
 WHERE p.person_id = $1 AND p.account_id = $2 AND p.standing = 1 AND c.state = 2
   AND p.state <> 8 AND p.ask_from <= $3 AND (p.ask_again IS NULL OR p.ask_again <= $3)
   AND (c.confirm = 0 OR EXISTS (SELECT 1 FROM campaign_practice q
                                  WHERE q.campaign_id = c.id AND q.practice_id = p.practice_id
                                    AND q.confirmed_at IS NOT NULL))

-- name: answered_lately ($1 person, $2 account, $3 its name, $4 since)
SELECT count(*) AS n FROM campaign_person
 WHERE person_id = $1 AND account_id = $2 AND answered_name = $3 AND answered_at >= $4

-- name: to_confirm ($1 person)
-- Where does somebody wait to be confirmed?
SELECT p.practice_id FROM campaign_person p JOIN campaign c ON c.id = p.campaign_id
                          JOIN campaign_practice q ON q.campaign_id = c.id
                                                  AND q.practice_id = p.practice_id
 WHERE p.person_id = $1 AND p.standing = 1 AND c.confirm = 1 AND c.state <= 2
   AND q.confirmed_at IS NULL

-- name: add_person ($1 ref, $2 campaign, $3 person, $4 practice, $5 state, $6 standing, $7 why, $8 words, $9 place, $10 reasons, $11 at)
INSERT INTO campaign_person (ref, campaign_id, person_id, practice_id, state, standing, why, words,
                             account_id, account_name, place, reasons, answered_name, changed_at,
                             version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9, $10, '', $11, 1)

-- name: give ($1 id, $2 account, $3 name, $4 ask from, $5 at)
-- Who had wrong details is to be asked again.
UPDATE campaign_person SET account_id = $2, account_name = $3, ask_from = $4, changed_at = $5,
                           state = CASE WHEN state = 8 THEN 3 ELSE state END,
                           version = version + 1
 WHERE id = $1 AND standing = 1

-- name: settle ($1 id, $2 version seen, $3 state, $4 standing, $5 why, $6 words, $7 ask again, $8 answered at, $9 answered name, $10 at)
UPDATE campaign_person SET state = $3, standing = $4, why = $5, words = $6, ask_again = $7,
                           answered_at = $8, answered_name = $9, changed_at = $10,
                           version = version + 1
 WHERE id = $1 AND version = $2 AND standing = 1

-- name: standing_elsewhere ()
SELECT p.person_id, c.name FROM campaign_person p JOIN campaign c ON c.id = p.campaign_id
 WHERE p.standing = 1

-- name: standing_of ($1..$16 person)
-- Where each of them is still to be asked: in one campaign at a time.
SELECT p.person_id, p.account_id, p.state, p.ask_from, p.ask_again, c.name,
       c.state AS campaign_state,
       CASE WHEN c.confirm = 0 OR EXISTS (SELECT 1 FROM campaign_practice q
                                           WHERE q.campaign_id = c.id
                                             AND q.practice_id = p.practice_id
                                             AND q.confirmed_at IS NOT NULL)
            THEN 1 ELSE 0 END AS confirmed
  FROM campaign_person p JOIN campaign c ON c.id = p.campaign_id
 WHERE p.person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND p.standing = 1

-- name: answered_since ($1 since)
-- Only who was asked: not who was taken off or never had their turn.
SELECT person_id, answered_at FROM campaign_person
 WHERE answered_at >= $1 AND state IN (4, 5, 6, 7)

-- name: sealed ($1 from ref, $2 to ref)
SELECT c.ref, c.id, c.state, c.name, c.cohort, c.cohort_name, c.definition_version, c.run, c.as_at,
       c.data_on, c.offer, c.confirm, c.order_by, c.gap_months, c.listed, c.beyond, c.left_out,
       c.made_account, c.made_name, c.made_at, c.start_on, c.started_name, c.closed_name,
       c.closed_at, c.close_note, c.changed_at, c.version, g.account_id, g.name AS colleague,
       g.a_week, q.practice_id, q.confirmed_account, q.confirmed_name, q.confirmed_at
  FROM campaign c LEFT JOIN campaign_colleague g ON g.campaign_id = c.id
                  LEFT JOIN campaign_practice q ON q.campaign_id = c.id
 WHERE c.ref BETWEEN $1 AND $2 ORDER BY c.ref, g.account_id, q.practice_id

-- name: sealed_contact_gap ($1 from ref, $2 to ref)
SELECT ref, campaign_id, days FROM campaign_contact_gap WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- name: sealed_person ($1 from ref, $2 to ref)
SELECT ref, id, campaign_id, person_id, practice_id, state, standing, why, words, account_id,
       account_name, place, ask_from, ask_again, reasons, answered_at, answered_name, changed_at,
       version
  FROM campaign_person WHERE ref BETWEEN $1 AND $2 ORDER BY ref
