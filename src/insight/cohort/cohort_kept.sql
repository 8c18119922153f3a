-- owns: cohort_definition cohort_definition_version

-- name: get ($1 definition)
SELECT d.id, d.ref, d.definition, d.name, d.state, d.number, d.account_id, d.account_name,
       d.version, d.uses, v.hash, v.text, v.account_name AS by_name, v.at
  FROM cohort_definition d
  JOIN cohort_definition_version v ON v.definition_id = d.id AND v.number = d.number
 WHERE d.definition = $1

-- name: versions ($1 definition, $2 limit)  -- columns: get
SELECT d.id, d.ref, d.definition, d.name, d.state, v.number, d.account_id, d.account_name,
       d.version, d.uses, v.hash, v.text, v.account_name AS by_name, v.at
  FROM cohort_definition d JOIN cohort_definition_version v ON v.definition_id = d.id
 WHERE d.definition = $1 ORDER BY v.number DESC LIMIT $2

-- name: at_hash ($1 definition, $2 hash)  -- columns: get
SELECT d.id, d.ref, d.definition, d.name, d.state, v.number, d.account_id, d.account_name,
       d.version, d.uses, v.hash, v.text, v.account_name AS by_name, v.at
  FROM cohort_definition d JOIN cohort_definition_version v ON v.definition_id = d.id
 WHERE d.definition = $1 AND v.hash = $2 ORDER BY v.number DESC LIMIT 1

-- name: list ($1 state published, $2 state draft, $3 account of the drafts, $4 limit, $5 offset)  -- columns: get
SELECT d.id, d.ref, d.definition, d.name, d.state, d.number, d.account_id, d.account_name,
       d.version, d.uses, v.hash, v.text, v.account_name AS by_name, v.at
  FROM cohort_definition d
  JOIN cohort_definition_version v ON v.definition_id = d.id AND v.number = d.number
 WHERE d.state = $1 OR (d.state = $2 AND d.account_id = $3)
 ORDER BY d.name, d.id LIMIT $4 OFFSET $5

-- name: count ($1 state published, $2 state draft, $3 account of the drafts)
SELECT count(*) AS n FROM cohort_definition
 WHERE state = $1 OR (state = $2 AND account_id = $3)

-- name: keys ($1 state published, $2 state draft, $3 account of the drafts)
SELECT definition FROM cohort_definition
 WHERE state = $1 OR (state = $2 AND account_id = $3) ORDER BY definition

-- name: withdrawn ($1 state withdrawn, $2 account, $3 limit)  -- columns: get
SELECT d.id, d.ref, d.definition, d.name, d.state, d.number, d.account_id, d.account_name,
       d.version, d.uses, v.hash, v.text, v.account_name AS by_name, d.changed_at AS at
  FROM cohort_definition d
  JOIN cohort_definition_version v ON v.definition_id = d.id AND v.number = d.number
 WHERE d.state = $1 AND d.account_id = $2 ORDER BY d.changed_at DESC, d.id LIMIT $3

-- name: count_all ($1 state ready-made)
SELECT count(*) AS n FROM cohort_definition WHERE state <> $1

-- name: asking ($1 state)
SELECT name, uses FROM cohort_definition WHERE state = $1 AND uses <> ' ' ORDER BY name

-- name: add ($1 ref, $2 definition, $3 name, $4 state, $5 uses, $6 account, $7 account name, $8 at)
INSERT INTO cohort_definition (ref, definition, name, state, number, uses, account_id,
                               account_name, changed_at, version)
VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, 1)

-- name: change ($1 id, $2 version seen, $3 name, $4 state, $5 uses, $6 number, $7 at)
UPDATE cohort_definition
   SET name = $3, state = $4, uses = $5, number = $6, changed_at = $7, version = version + 1
 WHERE id = $1 AND version = $2

-- name: add_version ($1 ref, $2 definition id, $3 number, $4 hash, $5 text, $6 account, $7 account name, $8 at)
INSERT INTO cohort_definition_version (ref, definition_id, number, hash, text, account_id,
                                       account_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: written_by ($1 definition)
-- Who kept its newest text.
SELECT v.account_id
  FROM cohort_definition d
  JOIN cohort_definition_version v ON v.definition_id = d.id AND v.number = d.number
 WHERE d.definition = $1

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, definition, name, state, number, uses, account_id, account_name, changed_at, version
  FROM cohort_definition WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- name: sealed_version ($1 from ref, $2 to ref)
SELECT ref, id, definition_id, number, hash, text, account_id, account_name, at
  FROM cohort_definition_version WHERE ref BETWEEN $1 AND $2 ORDER BY ref
