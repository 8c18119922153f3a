-- schema.sql -- the tables that facts.mjs fills; what is empty in a file is NULL in `facts`.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE person (id TEXT PRIMARY KEY, born TEXT, sex TEXT, ethnicity TEXT,
                     practice TEXT, registered TEXT, language TEXT);
CREATE TABLE event (person TEXT, day TEXT, kind TEXT, system TEXT, code TEXT, value TEXT,
                    unit TEXT);
CREATE TABLE code_set (name TEXT, system TEXT, code TEXT);
CREATE TABLE measures (measure TEXT, system TEXT, code TEXT);
CREATE TABLE units (place INT, measure TEXT, unit TEXT, factor REAL, plus REAL, low TEXT,
                    below TEXT);
CREATE TABLE "efi-values" (name TEXT, measure TEXT, sex TEXT, below TEXT, above TEXT);
CREATE TABLE scores (score TEXT, name TEXT, points REAL, unless TEXT, at TEXT, beside TEXT);
