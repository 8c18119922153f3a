-- owns: person person_need person_prior person_hidden lsoa_decile
-- publishes: person_registered
--
-- What readers ask leaves out the people of hidden batches: those that still load, and those being
-- taken back. An import sees its own.

-- name: of_ref ($1 ref)
SELECT id FROM person
 WHERE ref = $1 AND batch_id NOT IN (SELECT batch_id FROM person_hidden)

-- name: get ($1 id)
SELECT id, ref, nhs_number, nhs_verified, family, given, prefix, preferred, born, gender, sex, died,
       registration, registration_on, practice_id, address, postcode, phone, mobile, email,
       language, interpreter, ethnicity, imd_decile, imd_year, usual_gp, restricted, opted_out,
       changed_at, version, lsoa
  FROM person WHERE id = $1

-- name: rows ($1..$16 person)
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       restricted
  FROM person
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)

-- name: reach ($1..$16 person)
SELECT id, family, given, prefix, address, postcode, phone, mobile, email, interpreter, imd_decile,
       imd_year, restricted
  FROM person
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)

-- name: by_nhs_number ($1 number)  -- columns: by_born
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE nhs_number = $1 AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY id LIMIT 51

-- name: by_family ($1 from, $2 until, $3 limit)  -- columns: by_born
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE family_key >= $1 AND family_key < $2
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY family_key, given_key, id LIMIT $3

-- name: by_family_last ($1 from, $2 until, $3 limit)  -- columns: by_born
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE family_last IS NOT NULL AND family_last >= $1 AND family_last < $2
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY family_last, id LIMIT $3

-- name: by_given ($1 from, $2 until, $3 limit)  -- columns: by_born
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE given_key >= $1 AND given_key < $2
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY given_key, id LIMIT $3

-- name: by_preferred ($1 from, $2 until, $3 limit)  -- columns: by_born
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE preferred_key IS NOT NULL AND preferred_key >= $1 AND preferred_key < $2
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY preferred_key, id LIMIT $3

-- name: by_born ($1 born, $2 limit)
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE born = $1 AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY id LIMIT $2

-- name: by_postcode ($1 from, $2 until, $3 limit)  -- columns: by_born
-- A protected address is found by nobody.
SELECT id, ref, family, given, prefix, nhs_number, born, registration, practice_id, opted_out,
       preferred_key, family_key, given_key, postcode_key, restricted
  FROM person WHERE postcode_key IS NOT NULL AND postcode_key >= $1 AND postcode_key < $2
   AND restricted = 0 AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY postcode_key, id LIMIT $3

-- name: needs ($1 person)
SELECT kind, words, since FROM person_need WHERE person_id = $1 ORDER BY nr

-- name: needs_clear ($1 person)
DELETE FROM person_need WHERE person_id = $1

-- name: need_add ($1 person, $2 nr, $3 kind, $4 words, $5 since)
INSERT INTO person_need (person_id, nr, kind, words, since) VALUES ($1, $2, $3, $4, $5)

-- name: add ($1 ref, $2 nhs_number, $3 verified, $4 family, $5 given, $6 prefix, $7 preferred, $8 born, $9 gender, $10 sex, $11 died, $12 registration, $13 registration_on, $14 practice, $15 address, $16 postcode, $17 phone, $18 mobile, $19 email, $20 language, $21 interpreter, $22 ethnicity, $23 imd_decile, $24 imd_year, $25 usual_gp, $26 restricted, $27 opted_out, $28 source, $29 batch, $30 family_key, $31 family_last, $32 given_key, $33 preferred_key, $34 postcode_key, $35 lsoa)
-- Never an id that was given once: both logs name people by it.
INSERT INTO person (id, ref, nhs_number, nhs_verified, family, given, prefix, preferred, born,
                    gender, sex, died, registration, registration_on, practice_id, address,
                    postcode, phone, mobile, email, language, interpreter, ethnicity, imd_decile,
                    imd_year, usual_gp, restricted, opted_out, source_id, batch_id, family_key,
                    family_last, given_key, preferred_key, postcode_key, lsoa, version)
VALUES ((SELECT MAX(used.id) + 1
           FROM (SELECT COALESCE(MAX(id), 0) AS id FROM person
                 UNION ALL SELECT last_id AS id FROM person_hidden) AS used),
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, 0)

-- name: change ($1 id, $2 version seen, $3 version after, $4 nhs_number, $5 verified, $6 family, $7 given, $8 prefix, $9 preferred, $10 born, $11 gender, $12 sex, $13 died, $14 registration, $15 registration_on, $16 practice, $17 address, $18 postcode, $19 phone, $20 mobile, $21 email, $22 language, $23 interpreter, $24 ethnicity, $25 imd_decile, $26 imd_year, $27 usual_gp, $28 restricted, $29 opted_out, $30 family_key, $31 family_last, $32 given_key, $33 preferred_key, $34 postcode_key, $35 changed_at, $36 lsoa)
-- version = $2: of two people who press Save together, the second changes no row.
UPDATE person
   SET version = $3, nhs_number = $4, nhs_verified = $5, family = $6, given = $7, prefix = $8,
       preferred = $9, born = $10, gender = $11, sex = $12, died = $13, registration = $14,
       registration_on = $15, practice_id = $16, address = $17, postcode = $18, phone = $19,
       mobile = $20, email = $21, language = $22, interpreter = $23, ethnicity = $24,
       imd_decile = $25, imd_year = $26, usual_gp = $27, restricted = $28, opted_out = $29,
       family_key = $30, family_last = $31, given_key = $32, preferred_key = $33,
       postcode_key = $34, changed_at = $35, lsoa = $36
 WHERE id = $1 AND version = $2

-- name: match_number ($1 nhs_number, $2 batch)
SELECT id, born, version, batch_id FROM person
 WHERE nhs_number = $1
   AND (batch_id = $2 OR batch_id NOT IN (SELECT batch_id FROM person_hidden))
 ORDER BY id LIMIT 20

-- name: match_source ($1 source, $2 batch)
SELECT id, born, version, batch_id, nhs_number FROM person
 WHERE source_id = $1
   AND (batch_id = $2 OR batch_id NOT IN (SELECT batch_id FROM person_hidden))
 ORDER BY id LIMIT 20

-- name: alike ($1 family_key, $2 given_key, $3 born, $4 postcode_key, $5 batch)
SELECT id FROM person
 WHERE family_key = $1 AND given_key = $2 AND born = $3 AND postcode_key = $4
   AND (batch_id = $5 OR batch_id NOT IN (SELECT batch_id FROM person_hidden))
 ORDER BY id LIMIT 1

-- name: number_taken ($1 nhs_number, $2 id of who may have it)
-- Also by somebody of an import that still loads.
SELECT id FROM person WHERE nhs_number = $1 AND id <> $2 LIMIT 1

-- name: prior_keep ($1 batch, $2 person, $3 version, $4 body)
-- A person who stands twice in one extract keeps the values from before the extract.
INSERT INTO person_prior (batch_id, person_id, version, body) VALUES ($1, $2, $3, $4)
    ON CONFLICT (batch_id, person_id) DO NOTHING

-- name: prior_of ($1 batch, $2 after person, $3 limit)
SELECT person_id, version, body FROM person_prior
 WHERE batch_id = $1 AND person_id > $2 ORDER BY person_id LIMIT $3

-- name: prior_drop ($1 batch, $2 after person, $3 until person)
DELETE FROM person_prior WHERE batch_id = $1 AND person_id > $2 AND person_id <= $3

-- name: prior_later ($1 batch, $2 person)
-- A later import kept values of this person: it must be taken back first.
SELECT batch_id FROM person_prior WHERE person_id = $2 AND batch_id > $1 LIMIT 1

-- name: of_batch ($1 batch, $2 after id, $3 limit)
SELECT id, version, ref FROM person WHERE batch_id = $1 AND id > $2 ORDER BY id LIMIT $3

-- name: needs_drop ($1 batch, $2 after id, $3 until id)
DELETE FROM person_need
 WHERE person_id IN (SELECT id FROM person WHERE batch_id = $1 AND id > $2 AND id <= $3)

-- name: drop ($1 batch, $2 after id, $3 until id)
DELETE FROM person WHERE batch_id = $1 AND id > $2 AND id <= $3

-- name: batch_hide ($1 batch, $2 leaving)
INSERT INTO person_hidden (batch_id, leaving, last_id) VALUES ($1, $2, 0)
    ON CONFLICT (batch_id) DO UPDATE SET leaving = excluded.leaving

-- name: batch_show ($1 batch)
DELETE FROM person_hidden WHERE batch_id = $1

-- name: last ($1 id)
-- The row of batch 0, which no person is of.
INSERT INTO person_hidden (batch_id, leaving, last_id) VALUES (0, 0, $1)
    ON CONFLICT (batch_id) DO UPDATE SET last_id = excluded.last_id
 WHERE person_hidden.last_id < excluded.last_id

-- name: of_practice ($1 practice, $2 after id, $3 limit)
SELECT id FROM person
 WHERE practice_id = $1 AND id > $2 AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY id LIMIT $3

-- name: count_practices ($1..$16 practice)
SELECT practice_id, count(*) AS n FROM person
 WHERE practice_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND registration = 1 AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 GROUP BY practice_id

-- name: facts ()
SELECT id, born, died, registration, practice_id, gender, sex, imd_decile, opted_out,
       registration_on, ethnicity, language, interpreter
  FROM person WHERE batch_id NOT IN (SELECT batch_id FROM person_hidden) ORDER BY id

-- name: facts_of ($1..$16 person)  -- columns: facts
SELECT id, born, died, registration, practice_id, gender, sex, imd_decile, opted_out,
       registration_on, ethnicity, language, interpreter
  FROM person
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY id

-- name: id_of_ref ($1 ref)
-- Also of a batch that is hidden.
SELECT id FROM person WHERE ref = $1

-- name: traits ()
SELECT id, registration_on, ethnicity, language, interpreter
  FROM person WHERE batch_id NOT IN (SELECT batch_id FROM person_hidden) ORDER BY id

-- name: languages_of ($1..$16 person)
SELECT id, language FROM person
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 ORDER BY id

-- name: by_name ()
-- Hidden people stand in it too: who is nobody's business is dropped by who asks.
SELECT id FROM person ORDER BY family_key, given_key, id

-- name: homes ($1..$16 person)
SELECT postcode_key, address FROM person
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   AND postcode_key IS NOT NULL AND restricted = 0

-- name: at_postcode ($1 postcode key, $2 limit)
SELECT id, practice_id, address FROM person
 WHERE postcode_key = $1 AND registration = 1 AND died IS NULL AND restricted = 0
   AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
 ORDER BY id LIMIT $2

-- name: name_keys ($1..$16 person)
SELECT id, family_key, given_key FROM person
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)

-- name: changed_after ($1 instant)
-- Without an order: for one by id SQLite would read everybody.
SELECT id FROM person WHERE changed_at > $1

-- name: corrections ()
-- Of the last hour of corrections: one that was begun earlier may be committed later.
SELECT COALESCE(MAX(changed_at), 0) AS last, COUNT(*) AS n FROM person
 WHERE changed_at > (SELECT COALESCE(MAX(changed_at), 0) - 3600000 FROM person
                      WHERE changed_at IS NOT NULL) -- as the index is written: else all are read

-- name: facts_changed ()  -- columns: facts
-- People being taken back are registered nowhere (0): columns made before still name them.
SELECT id, born, died, registration, practice_id, gender, sex, imd_decile, opted_out,
       registration_on, ethnicity, language, interpreter
  FROM person WHERE version > 0
 UNION ALL
SELECT id, born, died, 0 AS registration, practice_id, gender, sex, imd_decile, opted_out,
       registration_on, ethnicity, language, interpreter
  FROM person WHERE batch_id IN (SELECT batch_id FROM person_hidden WHERE leaving = 1)

-- name: ref_of ($1 id)
SELECT ref FROM person WHERE id = $1

-- The person, the needs, and what undoing an import would give back. The LSOA stands with another
-- column: the seals of people without one are as they were before it was kept.
-- name: sealed ($1 from ref, $2 to ref)
SELECT p.ref, p.id, p.nhs_number, p.nhs_verified, p.family, p.given, p.prefix, p.preferred, p.born,
       p.gender, p.sex, p.died, p.registration, p.registration_on, p.practice_id, p.address,
       p.postcode, p.phone, p.mobile, p.email, p.language, p.interpreter, p.ethnicity,
       p.imd_decile, p.imd_year,
       CASE WHEN p.lsoa = '' THEN p.usual_gp ELSE p.usual_gp || '|' || p.lsoa END AS usual_gp,
       p.restricted, p.opted_out, p.source_id, p.batch_id, p.family_key, p.family_last,
       p.given_key, p.preferred_key, p.postcode_key, p.changed_at, p.version, n.nr, n.kind,
       n.words, n.since, r.batch_id AS prior_batch, r.version AS prior_version, r.body AS prior_body
  FROM person p LEFT JOIN person_need n ON n.person_id = p.id
                LEFT JOIN person_prior r ON r.person_id = p.id
 WHERE p.ref BETWEEN $1 AND $2 ORDER BY p.ref, n.nr, r.batch_id

-- name: sealed_hidden ($1 from batch, $2 to batch)
SELECT CAST(batch_id AS TEXT) AS batch, leaving, last_id FROM person_hidden
 WHERE CAST(batch_id AS TEXT) BETWEEN $1 AND $2 ORDER BY 1

-- name: area_drop ($1 release)
DELETE FROM lsoa_decile WHERE release_year = $1

-- name: area_add ($1 release, $2 lsoa, $3 decile)
INSERT INTO lsoa_decile (release_year, lsoa, decile) VALUES ($1, $2, $3)

-- name: area_get ($1 lsoa)
-- The newest release that has the area: the areas of 2011 and of 2021 have other codes.
SELECT decile, release_year FROM lsoa_decile WHERE lsoa = $1 ORDER BY release_year DESC LIMIT 1

-- name: area_releases ()
SELECT release_year, COUNT(*) AS areas FROM lsoa_decile
 GROUP BY release_year ORDER BY release_year DESC

-- name: area_years ()
-- Of everybody registered: the two ends of an index, not a look at each of them.
SELECT COALESCE((SELECT imd_year FROM person
                  WHERE imd_decile > 0 AND imd_year > 0 AND registration = 1 AND died IS NULL
                    AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
                  ORDER BY imd_year LIMIT 1), 0) AS oldest,
       COALESCE((SELECT imd_year FROM person
                  WHERE imd_decile > 0 AND imd_year > 0 AND registration = 1 AND died IS NULL
                    AND batch_id NOT IN (SELECT batch_id FROM person_hidden)
                  ORDER BY imd_year DESC LIMIT 1), 0) AS newest

-- name: area_people ($1 after id, $2 limit)
SELECT id, ref, lsoa, imd_decile, imd_year FROM person
 WHERE id > $1 AND lsoa <> '' ORDER BY id LIMIT $2

-- name: area_derive ($1 id, $2 decile, $3 release)
UPDATE person SET imd_decile = $2, imd_year = $3 WHERE id = $1

-- name: sealed_areas ($1 from release, $2 to release)
SELECT CAST(release_year AS TEXT) AS release, lsoa, decile FROM lsoa_decile
 WHERE CAST(release_year AS TEXT) BETWEEN $1 AND $2 ORDER BY 1, lsoa
