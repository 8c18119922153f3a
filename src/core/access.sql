-- owns: access_reason

-- name: reason ($1 account, $2 person, $3 now)
SELECT kind FROM access_reason
 WHERE account_id = $1 AND person_id = $2 AND from_at <= $3 AND until_at > $3
 ORDER BY kind DESC LIMIT 1

-- name: add_reason ($1 account, $2 person, $3 kind, $4 reason, $5 from, $6 until, $7 ref)
INSERT INTO access_reason (account_id, person_id, kind, reason, from_at, until_at, ref)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, account_id, person_id, kind, reason, from_at, until_at
  FROM access_reason WHERE ref BETWEEN $1 AND $2 ORDER BY ref, id
