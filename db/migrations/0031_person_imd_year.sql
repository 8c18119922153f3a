-- Of which releases of deprivation there are deciles: the two ends, without a look at each person.
CREATE INDEX person_imd_year ON person (imd_year, batch_id)
 WHERE imd_decile > 0 AND imd_year > 0 AND registration = 1 AND died IS NULL;
