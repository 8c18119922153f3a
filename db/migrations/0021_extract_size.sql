-- 0021_extract_size.sql -- how much of each practice every import brought, to notice one cut short.
-- whole: 0 when the file held only what had changed, which is compared with nothing.
CREATE TABLE extract_size (
    batch_id INT8 NOT NULL REFERENCES batch (id),
    practice_id INT8 NOT NULL REFERENCES practice (id),
    whole BOOL NOT NULL,
    people INT8 NOT NULL,
    events INT8 NOT NULL,
    PRIMARY KEY (batch_id, practice_id)
    -- sqlite: WITHOUT ROWID
);

CREATE INDEX extract_size_practice ON extract_size (practice_id, whole, batch_id);

ALTER TABLE upload ADD COLUMN changes_only INT8 NOT NULL DEFAULT 0;
