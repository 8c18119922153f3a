-- owns: task

-- name: get ($1 ref, $2 person)
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task WHERE ref = $1 AND person_id = $2

-- name: add ($1 ref, $2 person, $3 what, $4 detail, $5 owner, $6 owner_name, $7 due, $8 minutes, $9 waiting, $10 source, $11 source_ref, $12 at)
INSERT INTO task (ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
                  source, source_ref, created_at, changed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $12, 1)

-- name: sent_again ($1 person, $2 since, $3 what, $4 detail, $5 owner, $6 due, $7 waiting, $8 source)
-- The same task, added a moment ago and still open: a button pressed twice.
SELECT id FROM task
 WHERE person_id = $1 AND state = 1 AND created_at > $2 AND what = $3 AND detail = $4
   AND owner = $5 AND due = $6 AND waiting = $7 AND source = $8
 ORDER BY id DESC LIMIT 1

-- name: set_state ($1 id, $2 version seen, $3 state, $4 done_at, $5 at)
UPDATE task SET state = $3, done_at = $4, changed_at = $5, version = version + 1
 WHERE id = $1 AND version = $2

-- name: change ($1 id, $2 version seen, $3 what, $4 detail, $5 owner, $6 owner_name, $7 due, $8 minutes, $9 waiting, $10 at)
UPDATE task SET what = $3, detail = $4, owner = $5, owner_name = $6, due = $7, due_minutes = $8,
                waiting = $9, changed_at = $10, version = version + 1
 WHERE id = $1 AND version = $2 AND state = 1

-- name: open_of_person ($1 person, $2 limit)  -- columns: get
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task WHERE person_id = $1 AND state = 1 ORDER BY due, due_minutes, id LIMIT $2

-- name: done_of_person ($1 person, $2 before, $3 limit)  -- columns: get
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task WHERE person_id = $1 AND state = 2 AND done_at < $2 ORDER BY done_at DESC, id DESC
 LIMIT $3

-- name: of_source ($1 person, $2 source, $3 source ref)  -- columns: get
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task WHERE person_id = $1 AND source = $2 AND source_ref = $3 ORDER BY id DESC LIMIT 1

-- name: next_of ($1..$16 person)  -- columns: get
-- The first row of each person is the next task.
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task
 WHERE person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND state = 1
 ORDER BY person_id, due, due_minutes, id

-- name: list_owner ($1 owner, $2 due from, $3 due until, $4 waiting, $5 limit)  -- columns: get
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task WHERE owner = $1 AND state = 1 AND due >= $2 AND due <= $3 AND waiting = $4
 ORDER BY due, due_minutes, id LIMIT $5

-- name: list_team ($1 not this owner, $2 due until, $3 limit)  -- columns: get
SELECT id, ref, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, done_at, changed_at, version
  FROM task WHERE state = 1 AND due <= $2 AND owner <> $1 ORDER BY due, due_minutes, id LIMIT $3

-- name: list_team_of ($1 not this owner, $2 due until, $3 limit, $4..$19 practice)  -- columns: get
SELECT t.id, t.ref, t.person_id, t.what, t.detail, t.owner, t.owner_name, t.due, t.due_minutes,
       t.waiting, t.state, t.source, t.source_ref, t.done_at, t.changed_at, t.version
  FROM task t JOIN person_registered p ON p.person_id = t.person_id
 WHERE t.state = 1 AND t.due <= $2 AND t.owner <> $1
   AND p.practice_id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
 ORDER BY t.due, t.due_minutes, t.id LIMIT $3

-- name: count_owner ($1 owner, $2 due from, $3 due until, $4 waiting)
SELECT count(*) AS n, min(due) AS earliest
  FROM task WHERE owner = $1 AND state = 1 AND due >= $2 AND due <= $3 AND waiting = $4

-- name: count_team ($1 not this owner, $2 due until)
SELECT count(*) AS n, min(due) AS earliest FROM task WHERE state = 1 AND due <= $2 AND owner <> $1

-- name: count_team_of ($1 not this owner, $2 due until, $3..$18 practice)
SELECT count(*) AS n, min(t.due) AS earliest
  FROM task t JOIN person_registered p ON p.person_id = t.person_id
 WHERE t.state = 1 AND t.due <= $2 AND t.owner <> $1
   AND p.practice_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, person_id, what, detail, owner, owner_name, due, due_minutes, waiting, state,
       source, source_ref, created_at, done_at, changed_at, version
  FROM task WHERE ref BETWEEN $1 AND $2 ORDER BY ref
