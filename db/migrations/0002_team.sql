-- 0002_team.sql -- the practices of the network.
CREATE TABLE practice (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    ods_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    extract_on INT8,
    version INT8 NOT NULL
);
