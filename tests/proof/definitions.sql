-- definitions.sql -- each definition of definitions.txt once more, as a condition on a registered
-- person p; written from docs/guide/cohorts.md. `ago` has days before 22 November 2026.

-- name: women-with-high-blood-pressure
p.sex = 2 AND p.years BETWEEN 50 AND 64
AND EXISTS (SELECT 1 FROM held h WHERE h.person = p.id AND h.name = 'ltc-hypertension')

-- name: men-under-forty
p.sex = 1 AND p.years < 40
AND (EXISTS (SELECT 1 FROM held h WHERE h.person = p.id AND h.name = 'diabetes')
     OR (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'hba1c'
          ORDER BY day DESC, value DESC LIMIT 1) >= 42)

-- name: diabetes-without-recent-test
p.id IN (SELECT person FROM held WHERE name = 'diabetes')
AND p.id NOT IN (SELECT person FROM held WHERE name = 'hba1c' AND day > (SELECT m12 FROM ago))

-- name: diabetes-latest-above
p.id IN (SELECT person FROM held WHERE name = 'ltc-diabetes')
AND (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'hba1c'
        AND v.day > (SELECT m24 FROM ago) ORDER BY day DESC, value DESC LIMIT 1) > 40

-- name: latest-in-percent
(SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'hba1c'
  ORDER BY day DESC, value DESC LIMIT 1)
BETWEEN 5.5 * 10.929 - 23.49735 AND 6.5 * 10.929 - 23.49735

-- name: highest-ever
p.id IN (SELECT person FROM val WHERE measure = 'hba1c' AND value >= 48)

-- name: lowest-kidney
p.id IN (SELECT person FROM val WHERE measure = 'egfr' AND value < 60
            AND day > (SELECT m36 FROM ago))
AND NOT EXISTS (SELECT 1 FROM held h WHERE h.person = p.id AND h.name = 'ltc-ckd')

-- name: first-kidney-value
(SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'egfr'
  ORDER BY day, value DESC LIMIT 1) <= 90

-- name: kidney-function-fell
(SELECT count(DISTINCT day) FROM val v WHERE v.person = p.id AND v.measure = 'egfr'
    AND day > (SELECT m60 FROM ago)) > 1
AND (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'egfr'
        AND day > (SELECT m60 FROM ago) ORDER BY day, value DESC LIMIT 1)
    - (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'egfr'
          AND day > (SELECT m60 FROM ago) ORDER BY day DESC, value DESC LIMIT 1) > 15

-- name: glucose-rose
(SELECT count(DISTINCT day) FROM val v WHERE v.person = p.id AND v.measure = 'hba1c') > 1
AND (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'hba1c'
      ORDER BY day DESC, value DESC LIMIT 1)
    - (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'hba1c'
        ORDER BY day, value DESC LIMIT 1) > 2

-- name: often-in-emergency
(SELECT count(DISTINCT day) FROM held h WHERE h.person = p.id AND h.name = 'emergency-attendance'
    AND day > (SELECT m36 FROM ago)) >= 2

-- name: many-codes-of-frailty
(SELECT count(DISTINCT code) FROM held h WHERE h.person = p.id
    AND name IN ('efi-arthritis', 'efi-fragility-fracture', 'efi-osteoporosis')) >= 3

-- name: three-conditions
p.years >= 18
AND (SELECT count(DISTINCT name) FROM held h WHERE h.person = p.id AND name LIKE 'ltc-%') >= 3

-- name: mild-frailty
p.years >= 65 AND (SELECT deficits FROM index_of i WHERE i.person = p.id) BETWEEN 5 AND 8

-- name: six-deficits
(SELECT deficits FROM index_of i WHERE i.person = p.id) >= 6

-- name: moderate-or-fit
(SELECT deficits FROM index_of i WHERE i.person = p.id) >= 9
OR ((SELECT deficits FROM index_of i WHERE i.person = p.id) <= 4 AND p.years >= 70)

-- name: charlson-four
(SELECT points FROM charlson c WHERE c.person = p.id AND c.score = 'charlson') >= 4

-- name: charlson-quan-three
(SELECT points FROM charlson c WHERE c.person = p.id AND c.score = 'charlson-2011') >= 3

-- name: stated-ethnicity
p.ethnicity IN ('H', 'J', 'K', 'L', 'R', 'M', 'N', 'P', 'S')

-- name: not-white
p.ethnicity NOT IN ('A', 'B', 'C') AND p.ethnicity BETWEEN 'A' AND 'S'

-- name: anaemic-men
p.sex = 1
AND (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'haemoglobin'
      ORDER BY day DESC, value DESC LIMIT 1) < 130

-- name: pressure-then-emergency
EXISTS (SELECT 1 FROM held a JOIN held b ON b.person = a.person
         WHERE a.person = p.id AND a.name = 'ltc-hypertension' AND b.name = 'emergency-attendance'
           AND b.day BETWEEN a.day + 1 AND a.day + 365)

-- name: checks-two-of-four
(SELECT count(DISTINCT name) FROM held h WHERE h.person = p.id AND day > (SELECT m12 FROM ago)
    AND name IN ('check-bmi', 'check-blood-pressure', 'check-lipids', 'check-glucose')) >= 2

-- name: checks-exactly-none
p.years >= 18
AND NOT EXISTS (SELECT 1 FROM held h WHERE h.person = p.id AND day > (SELECT m6 FROM ago)
    AND name IN ('check-bmi', 'check-blood-pressure', 'check-lipids', 'check-glucose'))

-- name: smoking-before
(SELECT min(day) FROM held h WHERE h.person = p.id AND name = 'check-smoking')
    < (SELECT start_of_2025 FROM ago)
AND (SELECT max(day) FROM held h WHERE h.person = p.id AND name = 'check-smoking')
    < (SELECT start_of_2025 FROM ago)

-- name: emergency-in-a-year
p.id IN (SELECT person FROM held WHERE name = 'emergency-attendance'
            AND strftime('%Y', day * 86400, 'unixepoch') = '2025')

-- name: old-diabetes
(SELECT min(day) FROM held h WHERE h.person = p.id AND name = 'diabetes') <= (SELECT m60 FROM ago)

-- name: cancer-and-alive
p.id IN (SELECT person FROM held WHERE name IN ('ltc-cancer', 'ltc-dementia'))
AND p.id IN (SELECT person FROM held WHERE name = 'check-blood-pressure'
                AND day > (SELECT day - 90 FROM today))

-- name: nested
-- Not recorded never makes a group met: coalesce takes it for not met where it stands alone.
(p.id IN (SELECT person FROM held WHERE name IN ('ltc-diabetes', 'ltc-ckd')))
AND (((SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'hba1c'
          AND v.day > (SELECT m12 FROM ago) ORDER BY day DESC, value DESC LIMIT 1) > 38
      AND NOT (SELECT value FROM val v WHERE v.person = p.id AND v.measure = 'egfr'
                  AND v.day > (SELECT m24 FROM ago) ORDER BY day DESC, value DESC LIMIT 1) >= 60)
     OR (SELECT count(DISTINCT name) FROM held h
          WHERE h.person = p.id AND day > (SELECT m12 FROM ago)
            AND name IN ('check-lipids', 'hba1c', 'check-bmi')) <= 1)

-- name: unless-later
(SELECT max(day) FROM held h WHERE h.person = p.id AND name = 'ltc-chronic-pain')
    >= coalesce((SELECT max(day) FROM held h WHERE h.person = p.id
                    AND name = 'efi-fragility-fracture'), -1000000)
