-- owns: equity_release equity_subject

-- name: add ($1 ref, $2 month, $3 as at, $4 data on, $5 generation, $6 account, $7 account name, $8 at)
INSERT INTO equity_release (ref, month, as_at, data_on, generation, account_id, account_name, at,
                            version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)

-- name: add_subject ($1 release, $2 place, $3 subject key, $4 name, $5 people, $6 body)
INSERT INTO equity_subject (release_id, place, subject_key, name, people, body)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: releases ($1 limit)
SELECT id, ref, month, as_at, data_on, at, account_name, version
  FROM equity_release ORDER BY month DESC LIMIT $1

-- name: of_month ($1 month)
SELECT ref FROM equity_release WHERE month = $1

-- name: subjects ($1 release, $2 limit)
-- Without the sheets and values, which stand before them.
SELECT subject_key, name, people FROM equity_subject
 WHERE release_id = $1 AND place >= 0 ORDER BY place LIMIT $2

-- name: subject ($1 release, $2 subject key)
SELECT body FROM equity_subject WHERE release_id = $1 AND subject_key = $2

-- name: sealed ($1 from ref, $2 to ref)
SELECT r.ref, r.id, r.month, r.as_at, r.data_on, r.generation, r.account_id, r.account_name, r.at,
       r.version, s.place, s.subject_key, s.name, s.people, s.body
  FROM equity_release r LEFT JOIN equity_subject s ON s.release_id = r.id
 WHERE r.ref BETWEEN $1 AND $2 ORDER BY r.ref, s.place
