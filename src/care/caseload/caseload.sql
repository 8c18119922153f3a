-- owns: care_case

-- name: of_person ($1 person)
-- The standing case (offered or open) sorts before those that ended; among these the latest.
SELECT id, ref, person_id, state, stage, priority, lead_account, lead_name, supervisor_account,
       supervisor_name, cohort, reasons, end_reason, ask_again, attempts, offered_at, accepted_at,
       closed_at, changed_at, version
  FROM care_case WHERE person_id = $1
 ORDER BY CASE WHEN state <= 2 THEN 0 ELSE 1 END, offered_at DESC, id DESC LIMIT 1

-- name: briefs ($1..$16 person)
-- Of each person as in of_person: the first row is the standing case or the latest that ended.
SELECT person_id, state, lead_account, lead_name, offered_at, accepted_at, closed_at
  FROM care_case
 WHERE person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 ORDER BY person_id, CASE WHEN state <= 2 THEN 0 ELSE 1 END, offered_at DESC, id DESC

-- name: of_lead ($1 lead, $2 limit)  -- columns: of_person
-- Offered and open, in the order of the index: sorting rows this wide costs more than reading them.
SELECT id, ref, person_id, state, stage, priority, lead_account, lead_name, supervisor_account,
       supervisor_name, cohort, reasons, end_reason, ask_again, attempts, offered_at, accepted_at,
       closed_at, changed_at, version
  FROM care_case WHERE lead_account = $1 AND state <= 2 ORDER BY state, id LIMIT $2

-- name: standing ($1 limit)  -- columns: of_person
SELECT id, ref, person_id, state, stage, priority, lead_account, lead_name, supervisor_account,
       supervisor_name, cohort, reasons, end_reason, ask_again, attempts, offered_at, accepted_at,
       closed_at, changed_at, version
  FROM care_case WHERE state <= 2 ORDER BY id LIMIT $1

-- name: standing_with ($1 account, $2 limit)  -- columns: of_person
SELECT id, ref, person_id, state, stage, priority, lead_account, lead_name, supervisor_account,
       supervisor_name, cohort, reasons, end_reason, ask_again, attempts, offered_at, accepted_at,
       closed_at, changed_at, version
  FROM care_case WHERE state <= 2 AND (lead_account = $1 OR supervisor_account = $1)
 ORDER BY id LIMIT $2

-- name: standing_of ($1 limit, $2..$17 practice)  -- columns: of_person
SELECT k.id, k.ref, k.person_id, k.state, k.stage, k.priority, k.lead_account, k.lead_name,
       k.supervisor_account, k.supervisor_name, k.cohort, k.reasons, k.end_reason, k.ask_again,
       k.attempts, k.offered_at, k.accepted_at, k.closed_at, k.changed_at, k.version
  FROM care_case k JOIN person_registered p ON p.person_id = k.person_id
 WHERE k.state <= 2
   AND p.practice_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
 ORDER BY k.id LIMIT $1

-- name: answered ($1 limit)  -- columns: of_person
-- Who said no or did not answer when support was last offered. An offer that went back before
-- anybody tried ended with no day and no attempt: nobody was asked.
SELECT k.id, k.ref, k.person_id, k.state, k.stage, k.priority, k.lead_account, k.lead_name,
       k.supervisor_account, k.supervisor_name, k.cohort, k.reasons, k.end_reason, k.ask_again,
       k.attempts, k.offered_at, k.accepted_at, k.closed_at, k.changed_at, k.version
  FROM care_case k
 WHERE k.state IN (3, 4) AND (k.state = 3 OR k.attempts > 0)
   AND NOT EXISTS (SELECT 1 FROM care_case l WHERE l.person_id = k.person_id
                      AND (l.state <= 2 OR l.offered_at > k.offered_at
                           OR (l.offered_at = k.offered_at AND l.id > k.id)))
 ORDER BY k.id LIMIT $1

-- name: answered_lead ($1 lead, $2 limit)  -- columns: of_person
-- By its index: each page of a caseload counts them.
SELECT k.id, k.ref, k.person_id, k.state, k.stage, k.priority, k.lead_account, k.lead_name,
       k.supervisor_account, k.supervisor_name, k.cohort, k.reasons, k.end_reason, k.ask_again,
       k.attempts, k.offered_at, k.accepted_at, k.closed_at, k.changed_at, k.version
  FROM care_case k
 WHERE k.state IN (3, 4) AND (k.state = 3 OR k.attempts > 0)
   AND k.lead_account = $1
   AND NOT EXISTS (SELECT 1 FROM care_case l WHERE l.person_id = k.person_id
                      AND (l.state <= 2 OR l.offered_at > k.offered_at
                           OR (l.offered_at = k.offered_at AND l.id > k.id)))
 ORDER BY k.id LIMIT $2

-- name: answered_with ($1 account, $2 limit)  -- columns: of_person
SELECT k.id, k.ref, k.person_id, k.state, k.stage, k.priority, k.lead_account, k.lead_name,
       k.supervisor_account, k.supervisor_name, k.cohort, k.reasons, k.end_reason, k.ask_again,
       k.attempts, k.offered_at, k.accepted_at, k.closed_at, k.changed_at, k.version
  FROM care_case k
 WHERE k.state IN (3, 4) AND (k.state = 3 OR k.attempts > 0)
   AND (k.lead_account = $1 OR k.supervisor_account = $1)
   AND NOT EXISTS (SELECT 1 FROM care_case l WHERE l.person_id = k.person_id
                      AND (l.state <= 2 OR l.offered_at > k.offered_at
                           OR (l.offered_at = k.offered_at AND l.id > k.id)))
 ORDER BY k.id LIMIT $2

-- name: answered_of ($1 limit, $2..$17 practice)  -- columns: of_person
SELECT k.id, k.ref, k.person_id, k.state, k.stage, k.priority, k.lead_account, k.lead_name,
       k.supervisor_account, k.supervisor_name, k.cohort, k.reasons, k.end_reason, k.ask_again,
       k.attempts, k.offered_at, k.accepted_at, k.closed_at, k.changed_at, k.version
  FROM care_case k JOIN person_registered p ON p.person_id = k.person_id
 WHERE k.state IN (3, 4) AND (k.state = 3 OR k.attempts > 0)
   AND p.practice_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
   AND NOT EXISTS (SELECT 1 FROM care_case l WHERE l.person_id = k.person_id
                      AND (l.state <= 2 OR l.offered_at > k.offered_at
                           OR (l.offered_at = k.offered_at AND l.id > k.id)))
 ORDER BY k.id LIMIT $1

-- name: offer ($1 ref, $2 person, $3 priority, $4 lead, $5 lead_name, $6 cohort, $7 reasons, $8 at)
INSERT INTO care_case (ref, person_id, state, stage, priority, lead_account, lead_name,
                       supervisor_account, supervisor_name, cohort, reasons, end_reason, attempts,
                       offered_at, changed_at, version)
VALUES ($1, $2, 1, 1, $3, $4, $5, 0, '', $6, $7, '', 0, $8, $8, 1)

-- name: accept ($1 id, $2 version seen, $3 at)
UPDATE care_case SET state = 2, accepted_at = $3, changed_at = $3, version = version + 1
 WHERE id = $1 AND version = $2 AND state = 1

-- name: finish ($1 id, $2 version seen, $3 state, $4 reason, $5 ask again, $6 at)
-- Declined and unanswered end an offer; closed ends an open case.
UPDATE care_case SET state = $3, end_reason = $4, ask_again = $5, closed_at = $6,
                     changed_at = $6, version = version + 1
 WHERE id = $1 AND version = $2 AND ((state = 1 AND $3 <> 5) OR (state = 2 AND $3 = 5))

-- name: count_attempt ($1 id, $2 at)
UPDATE care_case SET attempts = attempts + 1, changed_at = $2, version = version + 1
 WHERE id = $1 AND state <= 2

-- name: set ($1 id, $2 version seen, $3 stage, $4 priority, $5 lead, $6 lead_name, $7 supervisor, $8 supervisor_name, $9 at)
UPDATE care_case SET stage = $3, priority = $4, lead_account = $5, lead_name = $6,
                     supervisor_account = $7, supervisor_name = $8, changed_at = $9,
                     version = version + 1
 WHERE id = $1 AND version = $2 AND state <= 2

-- name: related ($1 person, $2 account, $3 ended after)
-- A case that was offered and ended in one moment keeps an answer; it never stood.
SELECT count(*) AS n FROM care_case
 WHERE person_id = $1 AND (lead_account = $2 OR supervisor_account = $2)
   AND (state <= 2 OR (closed_at > $3 AND (accepted_at IS NOT NULL OR closed_at > offered_at)))

-- name: facts ()
SELECT person_id, state, offered_at, accepted_at, closed_at, ask_again, lead_account, cohort
  FROM care_case ORDER BY person_id, id

-- name: spans ($1 ended since, $2 limit)
SELECT person_id, state, offered_at, accepted_at, closed_at, end_reason, lead_name
  FROM care_case WHERE closed_at IS NULL OR closed_at >= $1 ORDER BY person_id, id LIMIT $2

-- name: count_lead ($1 lead)
SELECT count(*) AS n FROM care_case WHERE lead_account = $1 AND state <= 2

-- name: count_standing ()
SELECT count(*) AS n FROM care_case WHERE state <= 2

-- name: count_leads ()
-- From the index alone; who led under an earlier name is the same lead.
SELECT lead_account, count(*) AS n FROM care_case WHERE state <= 2
 GROUP BY lead_account ORDER BY lead_account

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, person_id, state, stage, priority, lead_account, lead_name, supervisor_account,
       supervisor_name, cohort, reasons, end_reason, ask_again, attempts, offered_at, accepted_at,
       closed_at, changed_at, version
  FROM care_case WHERE ref BETWEEN $1 AND $2 ORDER BY ref
