-- owns: access_reason

-- name: reason ($1 account, $2 person, $3 now)
-- Asked for each page of a person: a sorting would cost more than all the rest of it. 0: none.
SELECT COALESCE(MAX(kind), 0) AS kind FROM access_reason
 WHERE account_id = $1 AND person_id = $2 AND from_at <= $3 AND until_at > $3

-- name: add_reason ($1 ref, $2 account, $3 person, $4 kind, $5 reason, $6 from, $7 until)
INSERT INTO access_reason (ref, account_id, person_id, kind, reason, from_at, until_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: stated_again ($1 account, $2 person, $3 kind, $4 reason, $5 since, $6 now)
SELECT ref FROM access_reason
 WHERE account_id = $1 AND person_id = $2 AND kind = $3 AND reason = $4 AND from_at > $5
   AND until_at > $6 LIMIT 1

-- name: reason_get ($1 ref)
SELECT ref, account_id, person_id, kind, reason, from_at, until_at, outcome, note, reviewer,
       reviewed_at, version
  FROM access_reason WHERE ref = $1

-- name: reasons_open ($1 limit)  -- columns: reason_get
SELECT ref, account_id, person_id, kind, reason, from_at, until_at, outcome, note, reviewer,
       reviewed_at, version
  FROM access_reason WHERE outcome IN (0, 2) ORDER BY from_at DESC, id DESC LIMIT $1

-- name: reasons_settled ($1 limit)  -- columns: reason_get
SELECT ref, account_id, person_id, kind, reason, from_at, until_at, outcome, note, reviewer,
       reviewed_at, version
  FROM access_reason WHERE outcome IN (1, 3) ORDER BY from_at DESC, id DESC LIMIT $1

-- name: reasons_of_person ($1 person, $2 limit)  -- columns: reason_get
SELECT ref, account_id, person_id, kind, reason, from_at, until_at, outcome, note, reviewer,
       reviewed_at, version
  FROM access_reason WHERE person_id = $1 ORDER BY from_at DESC, id DESC LIMIT $2

-- name: reasons_since ($1 since, $2 limit)  -- columns: reason_get
SELECT ref, account_id, person_id, kind, reason, from_at, until_at, outcome, note, reviewer,
       reviewed_at, version
  FROM access_reason WHERE from_at > $1 ORDER BY from_at DESC, id DESC LIMIT $2

-- name: reasons_open_count ()
SELECT count(*) AS n FROM access_reason WHERE outcome IN (0, 2)

-- name: review_reason ($1 ref, $2 version seen, $3 outcome, $4 note, $5 reviewer, $6 at)
UPDATE access_reason SET outcome = $3, note = $4, reviewer = $5, reviewed_at = $6,
                         version = version + 1
 WHERE ref = $1 AND version = $2

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, account_id, person_id, kind, reason, from_at, until_at, outcome, note, reviewer,
       reviewed_at, version
  FROM access_reason WHERE ref BETWEEN $1 AND $2 ORDER BY ref, id
