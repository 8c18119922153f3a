-- 0028_typing_of_account.sql -- Today asks what one colleague typed and did not save.
CREATE INDEX plan_typing_account ON plan_typing (account_id, saved_at);
