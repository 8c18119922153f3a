-- owns: cohort_follow cohort_set_aside
-- housekeeping tables: cohort_follow

-- name: add ($1 ref, $2 definition, $3 account, $4 account name, $5 every, $6 since, $7 baseline, $8 next)
INSERT INTO cohort_follow (ref, definition, account_id, account_name, every, since, baseline,
                           latest, next_on, state, said, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, 1, '', 1)

-- name: change ($1 ref, $2 version, $3 every, $4 since, $5 baseline, $6 latest, $7 next, $8 state, $9 said)
UPDATE cohort_follow SET every = $3, since = $4, baseline = $5, latest = $6, next_on = $7,
       state = $8, said = $9, version = version + 1
 WHERE ref = $1 AND version = $2

-- name: count ($1 ref, $2 waiting)  -- housekeeping
UPDATE cohort_follow SET waiting = $2 WHERE ref = $1

-- name: get ($1 ref)
SELECT ref, definition, account_id, account_name, every, since, baseline, latest, next_on, state,
       said, waiting, version
  FROM cohort_follow WHERE ref = $1

-- name: find ($1 account, $2 definition)  -- columns: get
SELECT ref, definition, account_id, account_name, every, since, baseline, latest, next_on, state,
       said, waiting, version
  FROM cohort_follow WHERE account_id = $1 AND definition = $2

-- name: of_account ($1 account)  -- columns: get
SELECT ref, definition, account_id, account_name, every, since, baseline, latest, next_on, state,
       said, waiting, version
  FROM cohort_follow WHERE account_id = $1 AND state < 3 ORDER BY definition

-- name: due ($1 today, $2 limit)  -- columns: get
SELECT ref, definition, account_id, account_name, every, since, baseline, latest, next_on, state,
       said, waiting, version
  FROM cohort_follow WHERE state = 1 AND next_on <= $1 ORDER BY id LIMIT $2

-- name: waiting_of ($1 account)
SELECT COALESCE(SUM(waiting), 0) AS n FROM cohort_follow WHERE account_id = $1 AND state < 3

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, definition, account_id, account_name, every, since, baseline, latest, next_on,
       state, said, version
  FROM cohort_follow WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- name: aside_add ($1 ref, $2 definition, $3 person, $4 account, $5 account name, $6 at, $7 reason, $8 until)
INSERT INTO cohort_set_aside (ref, definition, person_id, account_id, account_name, at, reason,
                              until, standing, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 1)

-- name: aside_change ($1 ref, $2 version, $3 account, $4 account name, $5 at, $6 reason, $7 until, $8 standing)
UPDATE cohort_set_aside SET account_id = $3, account_name = $4, at = $5, reason = $6, until = $7,
       standing = $8, version = version + 1
 WHERE ref = $1 AND version = $2

-- name: aside_find ($1 definition, $2 person)  -- columns: asides
SELECT ref, person_id, account_name, at, reason, until, standing, version
  FROM cohort_set_aside WHERE definition = $1 AND person_id = $2

-- name: asides ($1 definition, $2 today)
SELECT ref, person_id, account_name, at, reason, until, standing, version
  FROM cohort_set_aside WHERE definition = $1 AND standing = 1 AND until > $2 ORDER BY person_id

-- name: sealed_asides ($1 from ref, $2 to ref)
SELECT ref, id, definition, person_id, account_id, account_name, at, reason, until, standing,
       version
  FROM cohort_set_aside WHERE ref BETWEEN $1 AND $2 ORDER BY ref
