-- owns: cohort_run cohort_scheduled

-- name: add ($1 ref, $2 definition, $3 definition version, $4 as at, $5 data on, $6 generation, $7 practice, $8 account, $9 account name, $10 at, $11 counts, $12 people count, $13 people)
INSERT INTO cohort_run (ref, definition, definition_version, as_at, data_on, generation, practice,
                        account_id, account_name, at, counts, people_count, people, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)

-- name: latest_of_account ($1 account, $2 definition, $3 practice)
-- Of those that somebody looked at: only they open people's details.
SELECT definition_version, as_at, generation, people, counts FROM cohort_run r
 WHERE account_id = $1 AND definition = $2 AND practice = $3
   AND NOT EXISTS (SELECT 1 FROM cohort_scheduled s WHERE s.ref = r.ref)
 ORDER BY at DESC, id DESC LIMIT 1

-- name: latest ($1 definition, $2 account or 0 for anybody)
SELECT at, account_name, people_count FROM cohort_run
 WHERE definition = $1 AND ($2 = 0 OR account_id = $2)
 ORDER BY at DESC, id DESC LIMIT 1

-- name: recent ($1 account, $2 since)
SELECT people FROM cohort_run r
 WHERE account_id = $1 AND at > $2
   AND NOT EXISTS (SELECT 1 FROM cohort_scheduled s WHERE s.ref = r.ref)
 ORDER BY at DESC

-- name: by_ref ($1 ref)
SELECT ref, definition, definition_version, as_at, data_on, generation, practice, account_id,
       account_name, at, counts, people_count, people, version
  FROM cohort_run WHERE ref = $1

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, definition, definition_version, as_at, data_on, generation, practice, account_id,
       account_name, at, counts, people_count, people, version
  FROM cohort_run WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- name: runs_of ($1 definition, $2 account or 0 for anybody, $3 limit, $4 from)
SELECT ref, definition, definition_version, as_at, data_on, practice, account_id, account_name, at,
       counts, people_count
  FROM cohort_run WHERE definition = $1 AND ($2 = 0 OR account_id = $2)
 ORDER BY at DESC, id DESC LIMIT $3 OFFSET $4

-- name: count_runs ($1 definition, $2 account or 0 for anybody)
SELECT count(*) AS n FROM cohort_run WHERE definition = $1 AND ($2 = 0 OR account_id = $2)

-- name: add_scheduled ($1 ref, $2 follow, $3 joined, $4 gone)
INSERT INTO cohort_scheduled (ref, follow, joined, gone) VALUES ($1, $2, $3, $4)

-- name: scheduled_of ($1 follow, $2 limit)
-- Newest first: ids are given in order.
SELECT ref FROM cohort_scheduled WHERE follow = $1 ORDER BY id DESC LIMIT $2

-- name: sealed_scheduled ($1 from ref, $2 to ref)
SELECT ref, id, follow, joined, gone FROM cohort_scheduled
 WHERE ref BETWEEN $1 AND $2 ORDER BY ref
