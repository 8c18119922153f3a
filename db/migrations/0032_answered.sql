-- 0032_answered.sql -- who said no or did not answer is listed beside the caseload.
CREATE INDEX care_case_answered ON care_case (lead_account) WHERE state IN (3, 4);
