-- owns: plan plan_part plan_typing plan_version
-- housekeeping tables: plan_typing

-- name: head ($1 person)
SELECT ref, number, agreed_number, agreed_on, review, changed, changed_at, version
  FROM plan WHERE person_id = $1

-- name: facts_of ($1..$16 person)
SELECT person_id, agreed_on, review FROM plan
 WHERE person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)

-- name: add ($1 ref, $2 person, $3 at)
INSERT INTO plan (ref, person_id, number, agreed_number, changed, changed_at, version)
VALUES ($1, $2, 0, 0, 0, $3, 0)

-- name: changed ($1 person, $2 at)
UPDATE plan SET changed = 1, changed_at = $2, version = version + 1 WHERE person_id = $1

-- name: agreed ($1 person, $2 version seen, $3 number, $4 agreed number, $5 agreed on, $6 review, $7 changed, $8 at)
UPDATE plan SET number = $3, agreed_number = $4, agreed_on = $5, review = $6, changed = $7,
                changed_at = $8, version = version + 1
 WHERE person_id = $1 AND version = $2

-- name: facts ()
SELECT person_id, agreed_on, review FROM plan WHERE agreed_number > 0 ORDER BY person_id

-- name: part ($1 person, $2 part)
SELECT part, place, body, complete, removed, by_name, saved_at, version
  FROM plan_part WHERE person_id = $1 AND part = $2

-- name: parts ($1 person)  -- columns: part
SELECT part, place, body, complete, removed, by_name, saved_at, version
  FROM plan_part WHERE person_id = $1 ORDER BY place, part

-- name: goals ()
SELECT person_id, body FROM plan_part
 WHERE substr(part, 1, 5) = 'goal-' AND removed = 0 ORDER BY person_id, part

-- name: part_add ($1 person, $2 part, $3 place, $4 body, $5 complete, $6 by, $7 at)
INSERT INTO plan_part (person_id, part, place, body, complete, removed, by_name, saved_at, version)
VALUES ($1, $2, $3, $4, $5, 0, $6, $7, 1)

-- name: part_set ($1 person, $2 part, $3 version seen, $4 body, $5 complete, $6 removed, $7 by, $8 at)
UPDATE plan_part SET body = $4, complete = $5, removed = $6, by_name = $7, saved_at = $8,
                     version = version + 1
 WHERE person_id = $1 AND part = $2 AND version = $3

-- name: parts_unchecked ($1 person)
UPDATE plan_part SET complete = 0 WHERE person_id = $1

-- name: typing ($1 person, $2 part, $3 account)  -- columns: typings
SELECT part, account_id, by_name, body, seen, saved_at
  FROM plan_typing WHERE person_id = $1 AND part = $2 AND account_id = $3

-- name: typings ($1 person, $2 limit)
SELECT part, account_id, by_name, body, seen, saved_at
  FROM plan_typing WHERE person_id = $1 ORDER BY saved_at DESC, part, account_id LIMIT $2

-- name: typings_of_account ($1 account, $2 limit)
SELECT person_id, part, saved_at FROM plan_typing
 WHERE account_id = $1 ORDER BY saved_at DESC, person_id, part LIMIT $2

-- name: type ($1 person, $2 part, $3 account, $4 by, $5 body, $6 version seen, $7 at) -- housekeeping
INSERT INTO plan_typing (person_id, part, account_id, by_name, body, seen, saved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person_id, part, account_id)
DO UPDATE SET by_name = excluded.by_name, body = excluded.body, seen = excluded.seen,
              saved_at = excluded.saved_at

-- name: type_end ($1 person, $2 part, $3 account) -- housekeeping
DELETE FROM plan_typing WHERE person_id = $1 AND part = $2 AND account_id = $3

-- name: version ($1 person, $2 number)
SELECT ref, number, agreed, agreed_by, agreed_role, agreed_how, reason, agreed_at, author_name, body
  FROM plan_version WHERE person_id = $1 AND number = $2

-- name: versions ($1 person, $2 limit)
SELECT ref, number, agreed, agreed_by, agreed_role, agreed_how, reason, agreed_at, author_name
  FROM plan_version WHERE person_id = $1 ORDER BY number DESC LIMIT $2

-- name: agreed_between ($1 from, $2 before, $3 limit)
SELECT person_id, number, agreed_at FROM plan_version
 WHERE agreed = 1 AND agreed_at >= $1 AND agreed_at < $2 ORDER BY agreed_at, id LIMIT $3

-- name: next_agreed ($1 person, $2 after number)
SELECT agreed_at FROM plan_version WHERE person_id = $1 AND number > $2 AND agreed = 1
 ORDER BY number LIMIT 1

-- name: version_add ($1 ref, $2 person, $3 number, $4 agreed, $5 by, $6 role, $7 how, $8 reason, $9 at, $10 author, $11 body)
INSERT INTO plan_version (ref, person_id, number, agreed, agreed_by, agreed_role, agreed_how,
                          reason, agreed_at, author_name, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- The draft: the head and every part of it.
-- name: sealed ($1 from ref, $2 to ref)
SELECT h.ref, h.id, h.person_id, h.number, h.agreed_number, h.agreed_on, h.review, h.changed,
       h.changed_at, h.version, q.part, q.place, q.body, q.complete, q.removed, q.by_name,
       q.saved_at, q.version AS part_version
  FROM plan h LEFT JOIN plan_part q ON q.person_id = h.person_id
 WHERE h.ref BETWEEN $1 AND $2 ORDER BY h.ref, q.part

-- name: sealed_versions ($1 from ref, $2 to ref)
SELECT ref, id, person_id, number, agreed, agreed_by, agreed_role, agreed_how, reason, agreed_at,
       author_name, body
  FROM plan_version WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- Parts without a plan are nobody's work: there should be none.
-- name: sealed_strays ($1 from, $2 to)
SELECT 'person-' || CAST(q.person_id AS TEXT) AS owner, q.part
  FROM plan_part q
 WHERE NOT EXISTS (SELECT 1 FROM plan h WHERE h.person_id = q.person_id)
   AND 'person-' || CAST(q.person_id AS TEXT) BETWEEN $1 AND $2
 ORDER BY owner, q.part
