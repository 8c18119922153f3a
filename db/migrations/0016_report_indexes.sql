-- 0016_report_indexes.sql -- reports ask for the months of one year, not for all there ever was.
CREATE INDEX care_case_closed ON care_case (closed_at);

CREATE INDEX contact_at ON contact (at);

CREATE INDEX plan_version_agreed_at ON plan_version (agreed_at);
