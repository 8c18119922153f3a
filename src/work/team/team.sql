-- owns: practice

-- name: practices ($1 limit)
SELECT id, ref, ods_code, name, extract_on FROM practice ORDER BY name, id LIMIT $1

-- name: practice_count ()
SELECT count(*) AS count FROM practice

-- name: practice_by_id ($1 id)  -- columns: practices
SELECT id, ref, ods_code, name, extract_on FROM practice WHERE id = $1

-- name: practice_by_ods ($1 ods_code)  -- columns: practices
SELECT id, ref, ods_code, name, extract_on FROM practice WHERE ods_code = $1

-- name: practice_add ($1 ref, $2 ods_code, $3 name)
INSERT INTO practice (ref, ods_code, name, version) VALUES ($1, $2, $3, 1)

-- name: practice_extract ($1 id, $2 extract_on)
-- An older extract that arrives late does not make the practice look older than it is.
UPDATE practice SET extract_on = $2, version = version + 1
 WHERE id = $1 AND (extract_on IS NULL OR extract_on < $2)

-- name: practice_extract_again ($1 id, $2 extract_on)
UPDATE practice SET extract_on = $2, version = version + 1
 WHERE id = $1 AND extract_on IS DISTINCT FROM $2

-- name: practice_version ($1 id)
SELECT version FROM practice WHERE id = $1

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, ods_code, name, extract_on, version
  FROM practice WHERE ref BETWEEN $1 AND $2 ORDER BY ref
