-- 0033_batch_generation.sql -- how new the population is, without a sum over every import.
--
-- The population is told by the newest of these: the engine asks for it many times a second.
-- Batches of before keep 0; the last says what the sum of all was, so that it never goes back.
ALTER TABLE batch ADD COLUMN generation INT8 NOT NULL DEFAULT 0;

UPDATE batch SET generation = (SELECT COALESCE(SUM(seen), 0) FROM batch)
 WHERE id = (SELECT MAX(id) FROM batch);

CREATE INDEX batch_generation ON batch (generation);
