-- owns: cohort_self_check

-- name: add ($1 ref, $2 definition, $3 name, $4 definition version, $5 at, $6 result, $7 people, $8 different, $9 said)
INSERT INTO cohort_self_check (ref, definition, name, definition_version, at, result, people,
                               different, said, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)

-- name: last ()
SELECT max(at) AS at FROM cohort_self_check

-- name: latest ($1 limit, $2 since)
-- The newest of each definition, by its name.
SELECT k.definition, k.name, k.definition_version, k.at, k.result, k.people, k.different, k.said
  FROM (SELECT definition, max(id) AS id FROM cohort_self_check
         WHERE at > $2 GROUP BY definition) n
  JOIN cohort_self_check k ON k.id = n.id ORDER BY k.name, k.definition LIMIT $1

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, definition, name, definition_version, at, result, people, different, said, version
  FROM cohort_self_check WHERE ref BETWEEN $1 AND $2 ORDER BY ref
