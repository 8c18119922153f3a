-- owns: sample

-- name: get ($1 ref, $2 person)
SELECT id, ref, what, changed_at, ended_at, version
  FROM sample
 WHERE ref = $1 AND person_id = $2

-- name: of_person ($1 person, $2 limit)  -- columns: get
SELECT id, ref, what, changed_at, ended_at, version
  FROM sample
 WHERE person_id = $1
 ORDER BY id DESC LIMIT $2

-- name: add ($1 ref, $2 person, $3 what, $4 at)
INSERT INTO sample (ref, person_id, what, changed_at, version)
VALUES ($1, $2, $3, $4, 1)

-- name: end ($1 id, $2 version seen, $3 at)
UPDATE sample
   SET ended_at = $3, changed_at = $3, version = version + 1
 WHERE id = $1 AND version = $2 AND ended_at IS NULL

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, person_id, what, changed_at, ended_at, version
  FROM sample
 WHERE ref BETWEEN $1 AND $2
 ORDER BY ref
