-- derive.sql -- what the language asks of, worked out from the tables of schema.sql as the guide
-- says it: facts with a day, codes of sets by day, values in a measure's first unit.
CREATE TABLE p AS
SELECT id, CAST(nullif(born, '') AS INT) AS born, CAST(nullif(sex, '') AS INT) AS sex,
       nullif(ethnicity, '') AS ethnicity, practice, CAST(registered AS INT) AS registered,
       nullif(language, '') AS language
  FROM person;
CREATE UNIQUE INDEX p_id ON p (id);

CREATE TABLE fact AS
SELECT person, CAST(day AS INT) AS day, kind, system, code, unit,
       CASE WHEN value <> '' THEN CAST(value AS REAL) END AS value
  FROM event WHERE day <> '';

CREATE INDEX code_set_code ON code_set (code, system);
CREATE TABLE held AS
SELECT DISTINCT f.person, s.name, f.day, f.system || '|' || f.code AS code
  FROM fact f JOIN code_set s ON s.system = f.system AND s.code = f.code
 WHERE f.day <= (SELECT day FROM today);
CREATE INDEX held_at ON held (person, name, day);

-- The unit it says; without one the unit whose range holds it.
CREATE TABLE val AS
SELECT f.person, m.measure, f.day, f.value * u.factor + u.plus AS value
  FROM fact f
  JOIN measures m ON m.system = f.system AND m.code = f.code
  JOIN units u ON u.measure = m.measure
   AND CASE WHEN f.unit <> '' THEN lower(u.unit) = lower(f.unit)
            ELSE u.low <> '-' AND f.value >= CAST(u.low AS REAL)
                 AND f.value < CAST(u.below AS REAL) END
 WHERE f.value IS NOT NULL AND f.day <= (SELECT day FROM today)
 GROUP BY f.rowid, m.measure HAVING u.place = min(u.place);
CREATE INDEX val_at ON val (person, measure, day);

CREATE TABLE deficit AS
SELECT DISTINCT person, name FROM held WHERE name LIKE 'efi-%'
 UNION
SELECT v.person, r.name FROM val v JOIN "efi-values" r ON r.measure = v.measure
  JOIN p ON p.id = v.person
 WHERE (r.sex = 'any' OR r.sex = CASE p.sex WHEN 1 THEN 'male' WHEN 2 THEN 'female' END)
   AND ((r.below <> '-' AND v.value < CAST(r.below AS REAL))
        OR (r.above <> '-' AND v.value > CAST(r.above AS REAL)))
 UNION
SELECT person, 'polypharmacy' FROM fact
 WHERE kind = 'MedicationRequest' AND day <= (SELECT day FROM today)
   AND day > (SELECT year_ago FROM today)
 GROUP BY person HAVING count(DISTINCT system || '|' || code) >= 5;
CREATE TABLE index_of AS
SELECT p.id AS person, (SELECT count(*) FROM deficit d WHERE d.person = p.id) AS deficits FROM p;
CREATE UNIQUE INDEX index_of_person ON index_of (person);

CREATE TABLE charlson AS
SELECT h.person, s.score, sum(s.points) AS points
  FROM (SELECT DISTINCT person, name FROM held) h JOIN scores s ON s.name = h.name
 WHERE s.score LIKE 'charlson%'
   AND NOT EXISTS (SELECT 1 FROM held o WHERE o.person = h.person AND o.name = s.unless)
 GROUP BY h.person, s.score;
