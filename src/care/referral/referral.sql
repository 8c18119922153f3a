-- owns: referral referral_step

-- name: get ($1 ref, $2 person)
SELECT id, ref, person_id, service, reach, reason, way, number, consent, sent_on, state, state_on,
       owner, owner_name, chase_on, closed_on, changed_at, version
  FROM referral WHERE ref = $1 AND person_id = $2

-- name: of_person ($1 person, $2 limit)  -- columns: get
SELECT id, ref, person_id, service, reach, reason, way, number, consent, sent_on, state, state_on,
       owner, owner_name, chase_on, closed_on, changed_at, version
  FROM referral WHERE person_id = $1
 ORDER BY CASE WHEN closed_on IS NULL THEN 0 ELSE 1 END, chase_on, closed_on DESC, id LIMIT $2

-- name: count ($1 person)
SELECT count(*) AS n FROM referral WHERE person_id = $1

-- name: sent_again ($1 person, $2 since, $3 service, $4 reason, $5 sent on)
-- The same referral, added a moment ago and still open: a button pressed twice.
SELECT ref FROM referral
 WHERE person_id = $1 AND closed_on IS NULL AND created_at > $2 AND service = $3 AND reason = $4
   AND sent_on = $5
 ORDER BY id DESC LIMIT 1

-- name: open_to ($1 person, $2 service)
SELECT sent_on FROM referral
 WHERE person_id = $1 AND closed_on IS NULL AND lower(service) = lower($2)
 ORDER BY sent_on LIMIT 1

-- name: add ($1 ref, $2 person, $3 service, $4 reach, $5 reason, $6 way, $7 number, $8 consent, $9 sent on, $10 owner, $11 owner_name, $12 chase on, $13 at)
INSERT INTO referral (ref, person_id, service, reach, reason, way, number, consent, sent_on, state,
                      state_on, owner, owner_name, chase_on, created_at, changed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $9, $10, $11, $12, $13, $13, 1)

-- name: set ($1 id, $2 version seen, $3 state, $4 state on, $5 chase on, $6 closed on, $7 at)
UPDATE referral SET state = $3, state_on = $4, chase_on = $5, closed_on = $6, changed_at = $7,
                    version = version + 1
 WHERE id = $1 AND version = $2 AND closed_on IS NULL

-- name: step_add ($1 referral, $2 kind, $3 happened on, $4 words, $5 account, $6 name, $7 at)
INSERT INTO referral_step (referral_id, kind, happened_on, words, account, name, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: steps ($1 referral, $2 limit)
SELECT kind, happened_on, words, name, written_at
  FROM referral_step WHERE referral_id = $1 ORDER BY id LIMIT $2

-- name: facts ()
SELECT person_id, min(sent_on) AS since
  FROM referral WHERE closed_on IS NULL GROUP BY person_id ORDER BY person_id

-- name: sealed ($1 from ref, $2 to ref)
SELECT r.ref, r.id, r.person_id, r.service, r.reach, r.reason, r.way, r.number, r.consent,
       r.sent_on, r.state, r.state_on, r.owner, r.owner_name, r.chase_on, r.closed_on,
       r.created_at, r.changed_at, r.version, s.id AS step, s.kind, s.happened_on, s.words,
       s.account, s.name, s.written_at
  FROM referral r LEFT JOIN referral_step s ON s.referral_id = r.id
 WHERE r.ref BETWEEN $1 AND $2 ORDER BY r.ref, s.id

-- Steps without a referral are nobody's work: there should be none.
-- name: sealed_strays ($1 from, $2 to)
SELECT 'referral-' || CAST(s.referral_id AS TEXT) AS owner, s.id
  FROM referral_step s
 WHERE NOT EXISTS (SELECT 1 FROM referral r WHERE r.id = s.referral_id)
   AND 'referral-' || CAST(s.referral_id AS TEXT) BETWEEN $1 AND $2
 ORDER BY owner, s.id
