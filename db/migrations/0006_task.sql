-- 0006_task.sql -- what has to be done, by whom, by when.
CREATE TABLE task (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    person_id INT8 NOT NULL REFERENCES person (id),
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    owner INT8 NOT NULL,
    owner_name TEXT NOT NULL,
    due INT8 NOT NULL,
    due_minutes INT8 NOT NULL,
    waiting BOOL NOT NULL,
    state INT8 NOT NULL,
    source INT8 NOT NULL,
    source_ref TEXT NOT NULL,
    created_at INT8 NOT NULL,
    done_at INT8,
    changed_at INT8 NOT NULL,
    version INT8 NOT NULL
);

CREATE INDEX task_owner ON task (owner, state, due);

CREATE INDEX task_person ON task (person_id, state, due);

CREATE INDEX task_due ON task (state, due);
