-- owns: job
-- housekeeping tables: job

-- name: add ($1 ref, $2 kind, $3 arg, $4 account, $5 now)  -- housekeeping
INSERT INTO job (ref, kind, arg, account_id, state, done, total, message, started_at)
VALUES ($1, $2, $3, $4, 1, 0, 0, '', $5)

-- One that waits or runs already with the same kind and argument is the one.
-- name: add_one ($1 ref, $2 kind, $3 arg, $4 account, $5 now)  -- housekeeping
INSERT INTO job (ref, kind, arg, account_id, state, done, total, message, started_at)
SELECT $1, $2, $3, $4, 1, 0, 0, '', $5
 WHERE NOT EXISTS (SELECT 1 FROM job WHERE kind = $2 AND arg = $3 AND state IN (1, 2))

-- name: open ($1 kind, $2 arg)
SELECT ref FROM job WHERE kind = $1 AND arg = $2 AND state IN (1, 2) ORDER BY id LIMIT 1

-- name: run ($1 ref)  -- housekeeping
UPDATE job SET state = 2 WHERE ref = $1

-- name: progress ($1 ref, $2 done, $3 total, $4 message)  -- housekeeping
UPDATE job SET done = $2, total = $3, message = $4 WHERE ref = $1

-- name: finish ($1 ref, $2 state, $3 message, $4 now)  -- housekeeping
UPDATE job SET state = $2, message = $3, ended_at = $4 WHERE ref = $1

-- name: get ($1 ref)
SELECT ref, kind, state, account_id, done, total, message, started_at, ended_at
  FROM job WHERE ref = $1

-- name: list ($1 kind, $2 limit)  -- columns: get
SELECT ref, kind, state, account_id, done, total, message, started_at, ended_at
  FROM job WHERE kind = $1 ORDER BY id DESC LIMIT $2

-- Queued (1) or running (2): the last run of the program left it.
-- name: left ($1 limit)
SELECT ref, kind, arg FROM job WHERE state IN (1, 2) ORDER BY id LIMIT $1
