-- rules.sql -- each kind of rule as SQL over plain tables: the third way to the same answers.
--
-- A rule is an expression that is 1, 0 or NULL (not recorded) for the person p; the program fills
-- {names}. In a group with a number a rule counts 1000 when met and 1 when not recorded. Days are
-- counted since 1970. Rules are asked first, then groups from the innermost outwards: nested they
-- would be too deep for the parser. Only self-checks run this (`trellis cohort check`).

-- name: tables
CREATE TABLE person (id INTEGER PRIMARY KEY, born INT, sex INT, decile INT, practice TEXT,
                     registered INT, registered_on INT, ethnicity TEXT, language TEXT,
                     interpreter INT, contact INT, plan_until INT, on_caseload INT, declined INT,
                     referral_since INT);
CREATE TABLE event (person INT, day INT, system TEXT, code TEXT, value REAL, unit TEXT, kind INT);
CREATE TABLE code_set (set_name TEXT, system TEXT, code TEXT);
CREATE TABLE measure_code (measure TEXT, system TEXT, code TEXT);
CREATE TABLE measure_unit (measure TEXT, position INT, unit TEXT, factor REAL, plus REAL,
                           low REAL, below REAL, by_range INT);
CREATE TABLE score_row (score TEXT, row INT, set_name TEXT, points INT, unless_set TEXT, kind INT,
                        months INT, with_set TEXT, with_months INT, times INT, with_times INT);
CREATE TABLE value_rule (set_name TEXT, measure TEXT, sex INT, below REAL, above REAL);

-- name: person
INSERT INTO person VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)

-- name: event
INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: code_set
INSERT INTO code_set VALUES ($1, $2, $3)

-- name: measure_code
INSERT INTO measure_code VALUES ($1, $2, $3)

-- name: measure_unit
INSERT INTO measure_unit VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: value_rule
INSERT INTO value_rule VALUES ($1, $2, $3, $4, $5)

-- name: score_row
INSERT INTO score_row VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: derived
CREATE INDEX code_set_code ON code_set (code, system);
CREATE INDEX measure_code_code ON measure_code (code, system);
CREATE TABLE held AS
SELECT DISTINCT e.person, s.set_name, e.day, e.system || ' ' || e.code AS code
  FROM event e JOIN code_set s ON s.code = e.code AND s.system = e.system;
CREATE INDEX held_person ON held (person, set_name, day);
CREATE TABLE measured AS
SELECT e.person, m.measure, e.day,
       (SELECT e.value * u.factor + u.plus FROM measure_unit u
         WHERE u.measure = m.measure
           AND CASE WHEN e.unit = '' THEN u.by_range AND e.value >= u.low AND e.value < u.below
                    ELSE lower(u.unit) = lower(e.unit) END
         ORDER BY u.position LIMIT 1) AS value
  FROM event e JOIN measure_code m ON m.code = e.code AND m.system = e.system
 WHERE e.value IS NOT NULL;
DELETE FROM measured WHERE value IS NULL;
CREATE INDEX measured_person ON measured (person, measure, day);
CREATE TABLE medicine AS
SELECT DISTINCT e.person, e.day, e.system || ' ' || e.code AS code FROM event e
 WHERE (e.system, e.code) IN (SELECT system, code FROM event WHERE kind = 5);
CREATE INDEX medicine_person ON medicine (person, day);

-- name: leaves
WITH level0 AS MATERIALIZED (SELECT p.id AS id{columns} FROM person p)

-- name: level
, level{level} AS MATERIALIZED (SELECT *{columns} FROM level{below})

-- name: answer
SELECT id, r0 FROM level{level} ORDER BY id

-- name: years
(strftime('%Y', {today} * 86400, 'unixepoch') - strftime('%Y', p.born * 86400, 'unixepoch')
 - (strftime('%m-%d', {today} * 86400, 'unixepoch')
    < strftime('%m-%d', p.born * 86400, 'unixepoch')))

-- name: age-at-least
(CASE WHEN p.born <= {today} THEN {years} >= {count} END)

-- name: age-under
(CASE WHEN p.born <= {today} THEN {years} < {count} END)

-- name: age-between
(CASE WHEN p.born <= {today} THEN {years} BETWEEN {count} AND {high} END)

-- name: month
strftime('%m', p.born * 86400, 'unixepoch')

-- name: birthday
(CASE WHEN p.born <= {today} THEN
      CASE {month} WHEN '01' THEN 'january' WHEN '02' THEN 'february' WHEN '03' THEN 'march'
                   WHEN '04' THEN 'april' WHEN '05' THEN 'may' WHEN '06' THEN 'june'
                   WHEN '07' THEN 'july' WHEN '08' THEN 'august' WHEN '09' THEN 'september'
                   WHEN '10' THEN 'october' WHEN '11' THEN 'november'
                   ELSE 'december' END IN ({names})
      OR ('this-month' IN ({names})
          AND {month} = strftime('%m', {today} * 86400, 'unixepoch'))
      OR ('next-month' IN ({names})
          AND {month} = strftime('%m', {today} * 86400, 'unixepoch', 'start of month', '+1 month'))
 END)

-- name: sex
(p.sex = {count})

-- name: registered
(p.registered)

-- name: registered-for
(CASE WHEN p.registered = 0 THEN 0 ELSE p.registered_on <= {earlier} END)

-- name: practice
(coalesce(p.practice, '') IN ({names}))

-- name: deprivation
(p.decile BETWEEN {count} AND {high})

-- name: ethnicity
(CASE WHEN p.ethnicity IN ('A', 'B', 'C') THEN 'white'
      WHEN p.ethnicity IN ('D', 'E', 'F', 'G') THEN 'mixed'
      WHEN p.ethnicity IN ('H', 'J', 'K', 'L', 'R') THEN 'asian'
      WHEN p.ethnicity IN ('M', 'N', 'P') THEN 'black'
      WHEN p.ethnicity = 'S' THEN 'other' END IN ({names}))

-- name: language
(lower(p.language) IN ({lower}))

-- name: needs-interpreter
(p.interpreter)

-- name: window
h.person = p.id AND h.set_name IN ({sets}) AND h.day > {after} AND h.day <= {until}

-- name: has
(EXISTS (SELECT 1 FROM held h WHERE {window}))

-- name: has-unless
(coalesce((SELECT max(h.day) FROM held h WHERE {window})
          >= coalesce((SELECT max(x.day) FROM held x WHERE x.person = p.id
                          AND x.set_name = {ended} AND x.day <= {today}), -9999999), 0))

-- name: has-no
(NOT EXISTS (SELECT 1 FROM held h WHERE {window}))

-- name: days
((SELECT count(DISTINCT h.day) FROM held h WHERE {window}) >= {count})

-- name: different-codes
((SELECT count(DISTINCT h.code) FROM held h WHERE {window}) >= {count})

-- name: conditions
((SELECT count(DISTINCT h.set_name) FROM held h
   WHERE h.person = p.id AND h.set_name LIKE 'ltc-%' AND h.day <= {today}) >= {count})

-- name: values
v.person = p.id AND v.measure = {measure} AND v.day > {after} AND v.day <= {until}

-- name: latest
(SELECT v.value FROM measured v WHERE {values} ORDER BY v.day DESC, v.value DESC LIMIT 1)

-- name: earliest
(SELECT v.value FROM measured v WHERE {values} ORDER BY v.day, v.value DESC LIMIT 1)

-- name: highest
(SELECT max(v.value) FROM measured v WHERE {values})

-- name: lowest
(SELECT min(v.value) FROM measured v WHERE {values})

-- name: value
({picked} {compared})

-- name: change
(CASE WHEN (SELECT count(DISTINCT v.day) FROM measured v WHERE {values}) > 1
      THEN ({latest} - {earliest}) * {sign} > {bound} END)

-- name: then
(EXISTS (SELECT 1 FROM held h JOIN held n ON n.person = h.person AND n.set_name = {second}
                              AND n.day > h.day AND n.day <= h.day + {gap} AND n.day <= {until}
          WHERE h.person = p.id AND h.set_name = {first} AND h.day > {after} AND h.day <= {until}))

-- name: index
((SELECT count(*) FROM (
    SELECT h.set_name FROM held h
     WHERE h.person = p.id AND h.set_name LIKE 'efi-%' AND h.day <= {today}
     UNION
    SELECT r.set_name FROM value_rule r JOIN measured v ON v.measure = r.measure
     WHERE v.person = p.id AND v.day <= {today} AND (r.sex = 0 OR r.sex = p.sex)
       AND (v.value < r.below OR v.value > r.above)))
 + ((SELECT count(DISTINCT m.code) FROM medicine m
      WHERE m.person = p.id AND m.day > {year} AND m.day <= {today}) >= 5))

-- name: frailty
((SELECT CASE WHEN d >= 13 THEN 'severe' WHEN d >= 9 THEN 'moderate'
              WHEN d >= 5 THEN 'mild' ELSE 'fit' END FROM (SELECT {index} AS d)) IN ({names}))

-- name: deficits
({index} >= {count})

-- name: points
(SELECT coalesce(sum(s.points), 0) FROM score_row s
  WHERE s.score = {score}
    AND (SELECT count(DISTINCT h.day) FROM held h
          WHERE h.person = p.id AND h.set_name = s.set_name
            AND h.day <= {today} AND (s.kind <> 1 OR h.day > {months-ago})) >= s.times
    AND NOT EXISTS (SELECT 1 FROM held h WHERE h.person = p.id AND h.set_name = s.set_name
                       AND s.kind = 2 AND h.day <= {months-ago})
    AND NOT EXISTS (SELECT 1 FROM held h WHERE h.person = p.id AND h.set_name = s.unless_set
                       AND h.day <= {today})
    AND (s.with_set IS NULL
         OR (SELECT count(DISTINCT h.day) FROM held h
              WHERE h.person = p.id AND h.set_name = s.with_set
                AND h.day <= {today} AND h.day > {with-months-ago}) >= s.with_times))

-- name: charlson
({points} >= 100 * {count})

-- name: charlson-2011
({points} >= 100 * {count})

-- name: cambridge
({points} / 100.0 >= {bound})

-- name: score
({latest} >= {bound})

-- name: activation
(CASE WHEN {latest} IS NULL THEN NULL
      WHEN {latest} NOT BETWEEN 1 AND 4 OR {latest} <> CAST({latest} AS INT) THEN 0
      ELSE ({bands} >> (CAST({latest} AS INT) - 1)) & 1 END)

-- name: contact
(coalesce(p.contact, -9999999) > {earlier})

-- name: no-contact
(coalesce(p.contact, -9999999) <= {earlier})

-- name: plan-in-date
(coalesce(p.plan_until, -9999999) >= {today})

-- name: no-plan-in-date
(coalesce(p.plan_until, -9999999) < {today})

-- name: on-caseload
(p.on_caseload)

-- name: not-on-caseload
(NOT p.on_caseload)

-- name: declined
(p.declined)

-- name: open-referral
(coalesce(p.referral_since, 9999999) <= {today})

-- name: some
(CASE WHEN ({sum}) / 1000 >= {count} THEN 1
      WHEN ({sum}) / 1000 + ({sum}) % 1000 >= {count} THEN NULL ELSE 0 END)
