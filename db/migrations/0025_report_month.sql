-- 0025_report_month.sql -- months of the monthly report as they were reported: kept as they stood.

-- body: every line with its number, of everybody and by practice, as the program wrote it.
CREATE TABLE report_month (
    id INT8 PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    month INT8 NOT NULL UNIQUE,
    data_on INT8,
    account_id INT8 NOT NULL,
    account_name TEXT NOT NULL,
    at INT8 NOT NULL,
    body TEXT NOT NULL,
    version INT8 NOT NULL
);
