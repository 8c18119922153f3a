-- 0002_opened.sql -- who opened a record last, found without reading every look of one colleague.
CREATE INDEX access_log_opened ON access_log (person, actor, seq) WHERE verb <> 'refused';
