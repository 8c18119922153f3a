-- owns: batch code unit event_pack near_match column_map upload extract_size
-- housekeeping tables: batch code unit event_pack near_match upload

-- name: event_packs ($1 person)
-- A batch counts from the moment it is applied (state 2): until then nobody sees its events.
SELECT p.batch_id, p.body FROM event_pack p JOIN batch b ON b.id = p.batch_id
 WHERE p.person_id = $1 AND b.state = 2 ORDER BY p.id

-- name: sent_packs ($1 person)
-- The same with the import that brought each.
SELECT p.id, p.batch_id, b.ref, b.format, b.practice_ods, b.extract_on, b.ended_at, p.events,
       p.body
  FROM event_pack p JOIN batch b ON b.id = p.batch_id
 WHERE p.person_id = $1 AND b.state = 2 ORDER BY p.id

-- name: event_packs_all ()
SELECT p.person_id, p.batch_id, p.body FROM event_pack p JOIN batch b ON b.id = p.batch_id
 WHERE p.person_id > 0 AND b.state = 2 ORDER BY p.person_id, p.batch_id, p.id

-- name: batch_stamps ()
-- Which batches count now; one whose version is another than before has other events.
SELECT id, version, ref FROM batch WHERE state = 2 ORDER BY id

-- name: batch_persons ($1 batch)
SELECT DISTINCT person_id FROM event_pack WHERE batch_id = $1 AND person_id > 0 ORDER BY person_id

-- name: code_list ()
SELECT id, system, code, term FROM code ORDER BY id

-- name: codes_of ($1..$16 id)
-- `place`: which of the sixteen. One by one by the key: an IN list is sorted first, at twice the
-- cost. No id: NULL.
SELECT asked.column2 AS place, w.system, w.code, w.term
  FROM (VALUES (CAST($1 AS BIGINT), 0), ($2, 1), ($3, 2), ($4, 3), ($5, 4), ($6, 5),
               ($7, 6), ($8, 7), ($9, 8), ($10, 9), ($11, 10), ($12, 11), ($13, 12),
               ($14, 13), ($15, 14), ($16, 15)) AS asked
 CROSS JOIN code w
 WHERE w.id = asked.column1

-- name: units_of ($1..$16 id)
SELECT asked.column2 AS place, w.name
  FROM (VALUES (CAST($1 AS BIGINT), 0), ($2, 1), ($3, 2), ($4, 3), ($5, 4), ($6, 5),
               ($7, 6), ($8, 7), ($9, 8), ($10, 9), ($11, 10), ($12, 11), ($13, 12),
               ($14, 13), ($15, 14), ($16, 15)) AS asked
 CROSS JOIN unit w
 WHERE w.id = asked.column1

-- name: unit_list ()
SELECT id, name FROM unit ORDER BY id

-- name: size_add ($1 batch, $2 practice, $3 whole, $4 people, $5 events)
INSERT INTO extract_size (batch_id, practice_id, whole, people, events)
VALUES ($1, $2, $3, $4, $5)

-- name: sizes_last ($1 practice)
SELECT s.people, s.events FROM extract_size s JOIN batch b ON b.id = s.batch_id
 WHERE s.practice_id = $1 AND s.whole = 1 AND b.state = 2 ORDER BY s.batch_id DESC LIMIT 2

-- name: sizes_last_all ()
-- The same of every practice at once: three looks into the index for each, however much was sent.
WITH RECURSIVE p (id) AS (
    SELECT MIN(practice_id) FROM extract_size
    UNION ALL
    SELECT (SELECT MIN(n.practice_id) FROM extract_size n WHERE n.practice_id > p.id)
      FROM p WHERE p.id IS NOT NULL
)
SELECT s.practice_id, s.people, s.events FROM p
 CROSS JOIN extract_size s
 WHERE s.practice_id = p.id AND s.whole = 1
   AND s.batch_id IN (SELECT l.batch_id FROM extract_size l JOIN batch b ON b.id = l.batch_id
                       WHERE l.practice_id = p.id AND l.whole = 1 AND b.state = 2
                       ORDER BY l.batch_id DESC LIMIT 2)
 ORDER BY s.practice_id, s.batch_id DESC

-- name: sizes_practices ($1 batch)
SELECT practice_id FROM extract_size WHERE batch_id = $1 ORDER BY practice_id

-- name: sizes_days ($1 practice)
-- Of the extracts that count.
SELECT b.extract_on, b.ended_at FROM extract_size s JOIN batch b ON b.id = s.batch_id
 WHERE s.practice_id = $1 AND b.state = 2 ORDER BY s.batch_id

-- name: sizes_any ($1 practice)
-- Does anything that it sent count?
SELECT s.batch_id FROM extract_size s JOIN batch b ON b.id = s.batch_id
 WHERE s.practice_id = $1 AND b.state = 2 LIMIT 1

-- name: sealed_sizes ($1 from batch, $2 to batch)
SELECT CAST(batch_id AS TEXT) AS batch, practice_id, whole, people, events
  FROM extract_size
 WHERE CAST(batch_id AS TEXT) BETWEEN $1 AND $2 ORDER BY 1, practice_id

-- name: generation ()
-- Asked many times a second: one look into the index, however many batches there are.
SELECT COALESCE(MAX(generation), 0) AS generation FROM batch

-- name: last_code ()
SELECT COALESCE(MAX(id), 0) AS last FROM code

-- name: last_unit ()
SELECT COALESCE(MAX(id), 0) AS last FROM unit

-- name: code_add ($1 id, $2 system, $3 code, $4 term) -- housekeeping
INSERT INTO code (id, system, code, term) VALUES ($1, $2, $3, $4)

-- name: unit_add ($1 id, $2 name) -- housekeeping
INSERT INTO unit (id, name) VALUES ($1, $2)

-- name: codes_drop ($1 from id, $2 at most) -- housekeeping
DELETE FROM code WHERE id IN (SELECT id FROM code WHERE id >= $1 ORDER BY id DESC LIMIT $2)

-- name: units_drop ($1 from id, $2 at most) -- housekeeping
DELETE FROM unit WHERE id IN (SELECT id FROM unit WHERE id >= $1 ORDER BY id DESC LIMIT $2)

-- name: pack_add ($1 person, $2 batch, $3 near, $4 events, $5 body) -- housekeeping
INSERT INTO event_pack (person_id, batch_id, near_id, events, body) VALUES ($1, $2, $3, $4, $5)

-- name: packs_drop ($1 batch, $2 at most) -- housekeeping
DELETE FROM event_pack WHERE id IN (SELECT id FROM event_pack WHERE batch_id = $1 LIMIT $2)

-- name: batch_add ($1 ref, $2 format, $3 file name, $4 sha256, $5 bytes, $6 practice, $7 extract on, $8 account, $9 account name, $10 at, $11 first code, $12 first unit, $13 upload) -- housekeeping
INSERT INTO batch (ref, state, format, file_name, sha256, bytes, practice_ods, extract_on,
                   account_id, account_name, started_at, code_from, unit_from, upload_ref)
VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: batch_step ($1 id, $2 state, $3 ended at, $4 added, $5 changed, $6 near, $7 events, $8 refused, $9 report, $10 seen otherwise: 1)
-- Only a batch that is loading (state 1) goes on.
UPDATE batch SET state = $2, ended_at = $3, people_added = $4, people_changed = $5,
       people_near = $6, events = $7, refused = $8, report = $9, version = version + 1,
       seen = seen + $10,
       generation = CASE WHEN $10 = 0 THEN generation
                         ELSE (SELECT MAX(newest.generation) + 1 FROM batch newest) END
 WHERE id = $1 AND state = 1

-- name: batch_turn ($1 id, $2 from state, $3 to state, $4 ended at)
-- Taken back (5), given back (2), undone (3): from that moment readers see it otherwise.
UPDATE batch SET state = $3, ended_at = $4, version = version + 1, seen = seen + 1,
       generation = (SELECT MAX(newest.generation) + 1 FROM batch newest)
 WHERE id = $1 AND state = $2

-- name: batch_piece ($1 id)
-- One piece more of it was taken back.
UPDATE batch SET version = version + 1 WHERE id = $1 AND state IN (1, 5)

-- name: batch_touch ($1 id)
-- A near match was decided: the engine must look again.
UPDATE batch SET version = version + 1, seen = seen + 1,
       generation = (SELECT MAX(newest.generation) + 1 FROM batch newest)
 WHERE id = $1

-- name: batch_job ($1 ref, $2 job) -- housekeeping
UPDATE batch SET job_ref = $2 WHERE ref = $1

-- name: batch_get ($1 ref)
SELECT id, ref, state, format, file_name, sha256, bytes, practice_ods, extract_on, account_name,
       started_at, ended_at, people_added, people_changed, people_near, events, refused, report,
       version, job_ref
  FROM batch WHERE ref = $1

-- name: batch_list ($1 at most, $2 from)  -- columns: batch_get
SELECT id, ref, state, format, file_name, sha256, bytes, practice_ods, extract_on, account_name,
       started_at, ended_at, people_added, people_changed, people_near, events, refused, report,
       version, job_ref
  FROM batch ORDER BY id DESC LIMIT $1 OFFSET $2

-- name: batch_count ()
SELECT COUNT(*) AS n FROM batch

-- name: batch_last_of ($1 format)
-- The latest that counts.
SELECT ref, file_name, ended_at, account_name, events FROM batch
 WHERE format = $1 AND state = 2 ORDER BY id DESC LIMIT 1

-- name: batch_by_hash ($1 sha256, $2 practice)
SELECT ref FROM batch WHERE sha256 = $1 AND practice_ods = $2 AND state = 2 LIMIT 1

-- name: batch_loading ()
-- Or is being taken back: nothing may build on it.
SELECT ref, state FROM batch WHERE state IN (1, 5) LIMIT 1

-- name: batch_leftover ()
-- Loading or being taken back when the program stopped, or not yet cleared of its packs.
SELECT id, ref, state FROM batch b
 WHERE state IN (1, 5)
    OR (state IN (3, 4) AND EXISTS (SELECT 1 FROM event_pack p WHERE p.batch_id = b.id))

-- name: batch_codes ($1 id)
-- Its first code and unit, and whether a later batch may use them.
SELECT code_from, unit_from,
       (SELECT COUNT(*) FROM batch l WHERE l.id > $1 AND l.state IN (1, 2, 5)) AS later
  FROM batch WHERE id = $1

-- name: near_add ($1 ref, $2 batch, $3 person, $4 sent key, $5 sent) -- housekeeping
INSERT INTO near_match (ref, batch_id, person_id, sent_key, sent, state)
VALUES ($1, $2, $3, $4, $5, 1)

-- name: near_known ($1 sent key, $2 person, $3 batch)
-- What was decided about the same row of an earlier extract; within one, the question itself.
SELECT n.id, n.batch_id, n.state, n.decided_person, n.decided_by, n.decided_at, n.added
  FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE n.sent_key = $1 AND n.person_id = $2 AND (n.batch_id = $3 OR (n.state <> 1 AND b.state = 2))
 ORDER BY n.id DESC LIMIT 1

-- name: near_keep ($1 id, $2 state, $3 by, $4 at, $5 person)
-- The decision about the same row of an earlier extract holds.
UPDATE near_match SET state = $2, decided_by = $3, decided_at = $4, decided_person = $5
 WHERE id = $1

-- name: near_settle ($1 batch) -- housekeeping
-- Events of rows that were decided about before belong to somebody at once.
UPDATE event_pack
   SET person_id = (SELECT n.decided_person FROM near_match n WHERE n.id = event_pack.near_id)
 WHERE batch_id = $1
   AND near_id IN (SELECT id FROM near_match WHERE batch_id = $1 AND state <> 1)

-- name: near_drop ($1 ref)
DELETE FROM near_match WHERE ref = $1

-- name: later_names ($1 batch, $2 person)
-- A later import that counts has events of this person, or asks whether it is them.
SELECT p.batch_id FROM event_pack p JOIN batch b ON b.id = p.batch_id
 WHERE p.person_id = $2 AND p.batch_id > $1 AND b.state = 2
 UNION ALL
SELECT n.batch_id FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE (n.person_id = $2) AND n.batch_id > $1 AND b.state = 2
 LIMIT 1

-- name: later_of_practice ($1 batch, $2 practice)
SELECT id FROM batch WHERE id > $1 AND practice_ods = $2 AND state = 2 LIMIT 1

-- name: near_list ($1 at most, $2 from)
-- A row that several extracts sent is asked about once.
SELECT n.id, n.ref, n.batch_id, n.person_id, n.sent, n.state, n.decided_by, n.decided_at,
       n.version, b.ref AS batch_ref, n.decided_person, n.added
  FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE b.state = 2 AND n.state = 1
   AND NOT EXISTS (SELECT 1 FROM near_match o JOIN batch ob ON ob.id = o.batch_id
                    WHERE o.sent_key = n.sent_key AND o.person_id = n.person_id AND o.id < n.id
                      AND o.state = n.state AND ob.state = 2)
 ORDER BY n.id LIMIT $1 OFFSET $2

-- name: near_decided ($1 at most, $2 from)  -- columns: near_list
SELECT n.id, n.ref, n.batch_id, n.person_id, n.sent, n.state, n.decided_by, n.decided_at,
       n.version, b.ref AS batch_ref, n.decided_person, n.added
  FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE b.state = 2 AND n.state <> 1
   AND NOT EXISTS (SELECT 1 FROM near_match o JOIN batch ob ON ob.id = o.batch_id
                    WHERE o.sent_key = n.sent_key AND o.person_id = n.person_id AND o.id < n.id
                      AND o.state = n.state AND ob.state = 2)
 ORDER BY n.decided_at DESC, n.id DESC LIMIT $1 OFFSET $2

-- name: near_group ($1 id)  -- columns: near_list
-- The same question in every extract that asked it and counts, decided alike.
SELECT n.id, n.ref, n.batch_id, n.person_id, n.sent, n.state, n.decided_by, n.decided_at,
       n.version, b.ref AS batch_ref, n.decided_person, n.added
  FROM near_match n JOIN batch b ON b.id = n.batch_id JOIN near_match m ON m.id = $1
 WHERE n.sent_key = m.sent_key AND n.person_id = m.person_id AND n.state = m.state AND b.state = 2
 ORDER BY n.id

-- name: near_count ()
SELECT COUNT(*) AS n FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE b.state = 2 AND n.state = 1
   AND NOT EXISTS (SELECT 1 FROM near_match o JOIN batch ob ON ob.id = o.batch_id
                    WHERE o.sent_key = n.sent_key AND o.person_id = n.person_id AND o.id < n.id
                      AND o.state = n.state AND ob.state = 2)

-- name: near_decided_count ()
SELECT COUNT(*) AS n FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE b.state = 2 AND n.state <> 1
   AND NOT EXISTS (SELECT 1 FROM near_match o JOIN batch ob ON ob.id = o.batch_id
                    WHERE o.sent_key = n.sent_key AND o.person_id = n.person_id AND o.id < n.id
                      AND o.state = n.state AND ob.state = 2)

-- name: near_get ($1 ref)  -- columns: near_list
SELECT n.id, n.ref, n.batch_id, n.person_id, n.sent, n.state, n.decided_by, n.decided_at,
       n.version, b.ref AS batch_ref, n.decided_person, n.added
  FROM near_match n JOIN batch b ON b.id = n.batch_id
 WHERE n.ref = $1 AND b.state = 2

-- name: near_decide ($1 id, $2 version seen, $3 state seen, $4 state, $5 by, $6 at, $7 person, $8 added)
-- Also takes a decision back: state 1, by nobody. Not while its batch is taken back.
UPDATE near_match SET state = $4, decided_by = $5, decided_at = $6, decided_person = $7, added = $8,
       version = version + 1
 WHERE id = $1 AND version = $2 AND state = $3
   AND batch_id IN (SELECT id FROM batch WHERE state = 2)

-- name: near_events ($1 near, $2 person)
UPDATE event_pack SET person_id = $2 WHERE near_id = $1

-- name: person_named ($1 person)
-- Somebody whose own events came in, or about whom there is another question or decision.
SELECT id FROM event_pack WHERE person_id = $1
 UNION ALL
SELECT id FROM near_match WHERE person_id = $1 OR decided_person = $1
 LIMIT 1

-- name: map_get ($1 practice)
SELECT has_header, layout FROM column_map WHERE practice_ods = $1

-- name: map_put ($1 practice, $2 has header, $3 layout, $4 at)
INSERT INTO column_map (practice_ods, has_header, layout, saved_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (practice_ods) DO UPDATE
   SET has_header = excluded.has_header, layout = excluded.layout, saved_at = excluded.saved_at

-- name: upload_add ($1 ref, $2 file, $3 fhir, $4 ods, $5 name, $6 on, $7 by, $8 at, $9 changes only, $10 kind, $11 release) -- housekeeping
INSERT INTO upload (ref, file_name, fhir, practice_ods, practice_name, extract_on, layout, state,
                    report, job_ref, batch_ref, account_name, at, changes_only, kind, release_year)
VALUES ($1, $2, $3, $4, $5, $6, '', 1, '', '', '', $7, $8, $9, $10, $11)

-- name: upload_get ($1 ref)
SELECT ref, file_name, fhir, practice_ods, practice_name, extract_on, layout, state, report,
       job_ref, batch_ref, account_name, at, changes_only, kind, release_year
  FROM upload WHERE ref = $1

-- name: upload_list ()  -- columns: upload_get
SELECT ref, file_name, fhir, practice_ods, practice_name, extract_on, layout, state, report,
       job_ref, batch_ref, account_name, at, changes_only, kind, release_year
  FROM upload WHERE state < 3 ORDER BY id DESC LIMIT 50

-- name: upload_set ($1 ref, $2 layout, $3 state, $4 report, $5 batch) -- housekeeping
UPDATE upload SET layout = $2, state = $3, report = $4, batch_ref = $5 WHERE ref = $1

-- name: upload_applied ($1 ref, $2 batch) -- housekeeping
UPDATE upload SET state = 3, batch_ref = $2 WHERE ref = $1

-- name: upload_job ($1 ref, $2 job) -- housekeeping
UPDATE upload SET job_ref = $2 WHERE ref = $1

-- name: near_refs ($1 batch, $2 at most)
SELECT ref FROM near_match WHERE batch_id = $1 LIMIT $2

-- name: sealed ($1 from ref, $2 to ref)
-- A batch has its first entry with its first people.
SELECT ref, id, state, format, file_name, sha256, bytes, practice_ods, extract_on, account_id,
       account_name, started_at, ended_at, people_added, people_changed, people_near, events,
       refused, report, code_from, unit_from, version, seen, upload_ref
  FROM batch WHERE ref BETWEEN $1 AND $2 AND (version > 0 OR state <> 1) ORDER BY ref

-- name: sealed_near ($1 from ref, $2 to ref)
SELECT ref, id, batch_id, person_id, sent_key, sent, state, decided_by, decided_at,
       decided_person, version, added
  FROM near_match WHERE ref BETWEEN $1 AND $2 ORDER BY ref

-- name: sealed_maps ($1 from practice, $2 to practice)
SELECT practice_ods, has_header, layout, saved_at
  FROM column_map WHERE practice_ods BETWEEN $1 AND $2 ORDER BY practice_ods

-- name: sealed_packs ($1 from batch, $2 to batch)
-- Packs of a near match go to whom its decision says: the decision has an entry of its own.
-- state + 0: found by its ref, packs come in order and need no sorting.
SELECT b.ref, p.id, p.near_id, p.events, p.body,
       CASE WHEN p.near_id IS NULL THEN p.person_id
            WHEN p.person_id = COALESCE(n.decided_person, 0) THEN 0
            ELSE -1 END AS person
  FROM batch b JOIN event_pack p ON p.batch_id = b.id LEFT JOIN near_match n ON n.id = p.near_id
 WHERE b.ref BETWEEN $1 AND $2 AND b.state + 0 = 2 ORDER BY b.ref, p.id

-- name: sealed_packs_loading ($1 from batch, $2 to batch)  -- columns: sealed_packs
-- The same before the batch counts.
SELECT b.ref, p.id, p.near_id, p.events, p.body,
       CASE WHEN p.near_id IS NULL THEN p.person_id
            WHEN p.person_id = COALESCE(n.decided_person, 0) THEN 0
            ELSE -1 END AS person
  FROM batch b JOIN event_pack p ON p.batch_id = b.id LEFT JOIN near_match n ON n.id = p.near_id
 WHERE b.ref BETWEEN $1 AND $2 AND b.state + 0 = 1 ORDER BY b.ref, p.id

-- name: sealed_words ($1 from list, $2 to list)
-- What an import that still runs has added is not relied on yet.
SELECT w.list, w.id, w.system, w.code, w.term
  FROM (SELECT 'code' AS list, id, system, code, term FROM code
         WHERE id < COALESCE((SELECT MIN(code_from) FROM batch WHERE state = 1), 2147483647)
        UNION ALL
        SELECT 'unit' AS list, id, '' AS system, name AS code, '' AS term FROM unit
         WHERE id < COALESCE((SELECT MIN(unit_from) FROM batch WHERE state = 1), 2147483647)) w
 WHERE w.list BETWEEN $1 AND $2 ORDER BY w.list, w.id
