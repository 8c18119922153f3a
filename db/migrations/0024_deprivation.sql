-- 0024_deprivation.sql -- how deprived each small area is, by release of the index, and where
-- people live.
CREATE TABLE lsoa_decile (
    release_year INT8 NOT NULL,
    lsoa TEXT NOT NULL,
    decile INT8 NOT NULL,
    PRIMARY KEY (lsoa, release_year)
    -- sqlite: WITHOUT ROWID
);

-- Empty: the practice did not send it.
ALTER TABLE person ADD COLUMN lsoa TEXT NOT NULL DEFAULT '';

CREATE INDEX person_lsoa ON person (id) WHERE lsoa <> '';
