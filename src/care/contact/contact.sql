-- owns: contact

-- name: get ($1 ref, $2 person)
SELECT id, ref, person_id, mode, outcome, at, minutes, present, interpreter_used, own_words, done,
       next_step, next_due, next_owner, no_next_reason, by_account, by_name, in_error,
       error_reason, changed_at, version
  FROM contact WHERE ref = $1 AND person_id = $2

-- name: of_person ($1 person, $2 limit, $3 before)  -- columns: get
SELECT id, ref, person_id, mode, outcome, at, minutes, present, interpreter_used, own_words, done,
       next_step, next_due, next_owner, no_next_reason, by_account, by_name, in_error,
       error_reason, changed_at, version
  FROM contact WHERE person_id = $1 AND at < $3 ORDER BY at DESC, id DESC LIMIT $2

-- name: add ($1 ref, $2 person, $3 mode, $4 outcome, $5 at, $6 minutes, $7 present, $8 interpreter, $9 own_words, $10 done, $11 next_step, $12 next_due, $13 next_owner, $14 no_next_reason, $15 by_account, $16 by_name, $17 now)
INSERT INTO contact (ref, person_id, mode, outcome, at, minutes, present, interpreter_used,
                     own_words, done, next_step, next_due, next_owner, no_next_reason, by_account,
                     by_name, in_error, error_reason, changed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, '', $17, 1)

-- name: sent_again ($1 person, $2 account, $3 since, $4 mode, $5 outcome, $6 at from, $7 at until, $8 own_words, $9 done, $10 next_step)
-- What the same colleague recorded a moment ago in the same words: a button pressed twice. "+ 0"
-- keeps the planner from asking at each run whether $5 is what contact_last holds.
SELECT ref FROM contact
 WHERE person_id = $1 AND by_account = $2 AND changed_at > $3 AND in_error = 0 AND mode = $4
   AND outcome + 0 = $5 AND at >= $6 AND at <= $7 AND own_words = $8 AND done = $9
   AND next_step = $10
 ORDER BY id DESC LIMIT 1

-- name: mark_error ($1 id, $2 version seen, $3 reason, $4 now)
UPDATE contact SET in_error = 1, error_reason = $3, changed_at = $4, version = version + 1
 WHERE id = $1 AND version = $2 AND in_error = 0

-- name: last_of ($1 person)
-- One person at a time on purpose: it is one step into contact_last, a GROUP BY reads them all.
SELECT at, mode FROM contact WHERE person_id = $1 AND outcome = 1 AND in_error = 0
 ORDER BY at DESC, id DESC LIMIT 1

-- name: facts ()
SELECT person_id, max(at) AS at FROM contact WHERE outcome = 1 AND in_error = 0
 GROUP BY person_id ORDER BY person_id

-- name: days ($1 from, $2 before, $3 limit)
SELECT person_id, at, mode, outcome, minutes FROM contact
 WHERE at >= $1 AND at < $2 AND in_error = 0 ORDER BY at, id LIMIT $3

-- name: same_recently ($1 person, $2 account, $3 since)
-- A second contact by the same colleague within minutes is usually the same one, saved twice.
SELECT count(*) AS n FROM contact
 WHERE person_id = $1 AND by_account = $2 AND at > $3 AND in_error = 0

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, person_id, mode, outcome, at, minutes, present, interpreter_used, own_words, done,
       next_step, next_due, next_owner, no_next_reason, by_account, by_name, in_error,
       error_reason, changed_at, version
  FROM contact WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- name: attempts_of ($1..$16 person, $17 since)
SELECT person_id, mode, at FROM contact
 WHERE person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND at >= $17 AND outcome <> 1 AND in_error = 0
 ORDER BY person_id, at

-- name: letters_in_error ($1..$16 person)
SELECT person_id, ref FROM contact
 WHERE person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND mode = 5 AND in_error = 1
