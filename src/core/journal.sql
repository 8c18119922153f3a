-- owns: journal access_log access_person
-- Append-only: there is no UPDATE and no DELETE here, and no other file may name these tables.

-- name: head ()
SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1

-- name: append ($1 seq, $2 at, $3 actor, $4 name, $5 role, $6 org, $7 request, $8 purpose, $9 person, $10 kind, $11 id, $12 version, $13 verb, $14 body, $15 prev, $16 hash, $17 seal)
INSERT INTO journal (seq, at, actor, actor_name, role, org, request, purpose, person, kind, id,
                     version, verb, body, prev_hash, hash, seal)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)

-- name: history ($1 kind, $2 id, $3 limit, $4 after version)
SELECT seq, at, actor_name, role, kind, id, version, verb, body
  FROM journal WHERE kind = $1 AND id = $2 AND version > $4 ORDER BY version, seq LIMIT $3

-- name: access_head ()  -- store: access
SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1

-- name: access_append ($1 seq, $2 at, $3 actor, $4 actor name, $5 role, $6 request, $7 purpose, $8 verb, $9 person, $10 what, $11 detail, $12 persons, $13 previous hash, $14 hash)  -- store: access
INSERT INTO access_log (seq, at, actor, actor_name, role, request, purpose, verb, person, what,
                        detail, persons, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

-- A list may show a person twice: one line in the index is enough.
-- name: access_showed ($1 person, $2 seq)  -- store: access
INSERT INTO access_person (person, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: access_seen ($1 person, $2 before seq, $3 limit)  -- store: access
-- The newest of both kinds are taken before they are joined: somebody who stands in a list every
-- day has hundreds of thousands of entries, and a page shows fifty.
SELECT seq, at, actor_name, role, verb, what, detail
  FROM access_log
 WHERE seq IN (SELECT seq FROM (SELECT seq FROM access_log WHERE person = $1 AND seq < $2
                                 ORDER BY seq DESC LIMIT $3) AS own
               UNION
               SELECT seq FROM (SELECT seq FROM access_person WHERE person = $1 AND seq < $2
                                 ORDER BY seq DESC LIMIT $3) AS listed)
 ORDER BY seq DESC LIMIT $3

-- name: access_opened ($1 person)  -- store: access
-- The newest look of each of the two colleagues who opened it last. From one to the next by the
-- index: one who looks every day has thousands of entries.
WITH RECURSIVE other (actor) AS (
    SELECT min(l.actor) FROM access_log AS l WHERE l.person = $1 AND l.verb <> 'refused'
    UNION ALL
    SELECT (SELECT min(l.actor) FROM access_log AS l
             WHERE l.person = $1 AND l.verb <> 'refused' AND l.actor > other.actor)
      FROM other WHERE other.actor IS NOT NULL)
SELECT seq, at, actor, actor_name
  FROM access_log
 WHERE seq IN (SELECT seq
                 FROM (SELECT (SELECT max(l.seq) FROM access_log AS l
                                WHERE l.person = $1 AND l.verb <> 'refused'
                                  AND l.actor = other.actor) AS seq
                         FROM other WHERE other.actor IS NOT NULL) AS last
                ORDER BY seq DESC LIMIT 2)
 ORDER BY seq DESC LIMIT 2

-- What every entry says of rows; 'seal' is SEAL_KIND.
-- name: seals ($1 after seq)
SELECT seq, kind, id, version, verb, CASE WHEN kind = 'seal' THEN body ELSE '' END AS seals, seal,
       person
  FROM journal WHERE seq > $1 ORDER BY seq

-- name: count ($1 kind)
SELECT COUNT(*) AS n FROM journal WHERE kind = $1

-- name: hash ($1 seq)
SELECT hash FROM journal WHERE seq = $1
