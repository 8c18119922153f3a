-- 0007_contact.sql -- conversations and attempts.
CREATE TABLE contact (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL REFERENCES person (id),
    mode INT8 NOT NULL,
    outcome INT8 NOT NULL,
    at INT8 NOT NULL,
    minutes INT8 NOT NULL,
    present TEXT NOT NULL,
    interpreter_used BOOL NOT NULL,
    own_words TEXT NOT NULL,
    done TEXT NOT NULL,
    next_step TEXT NOT NULL,
    next_due INT8,
    next_owner INT8 NOT NULL,
    no_next_reason TEXT NOT NULL,
    by_account INT8 NOT NULL,
    by_name TEXT NOT NULL,
    in_error BOOL NOT NULL,
    error_reason TEXT NOT NULL,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX contact_person ON contact (person_id, at);
