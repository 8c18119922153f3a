-- owns: account account_secret account_org session
-- housekeeping tables: session account_secret

-- name: account_by_ref ($1 ref)
SELECT a.id, a.ref, a.username, a.name, a.role, a.state, s.last_sign_in, a.version
  FROM account a LEFT JOIN account_secret s ON s.account_id = a.id
 WHERE a.ref = $1

-- name: account_by_id ($1 id)  -- columns: account_by_ref
SELECT a.id, a.ref, a.username, a.name, a.role, a.state, s.last_sign_in, a.version
  FROM account a LEFT JOIN account_secret s ON s.account_id = a.id
 WHERE a.id = $1

-- name: account_count ()
SELECT count(*) AS n FROM account

-- name: account_list ($1 limit)  -- columns: account_by_ref
SELECT a.id, a.ref, a.username, a.name, a.role, a.state, s.last_sign_in, a.version
  FROM account a LEFT JOIN account_secret s ON s.account_id = a.id
 ORDER BY a.username LIMIT $1

-- name: account_by_code ($1 hash of the code, $2 now)  -- columns: account_by_ref
SELECT a.id, a.ref, a.username, a.name, a.role, a.state, s.last_sign_in, a.version
  FROM account a LEFT JOIN account_secret s ON s.account_id = a.id
 WHERE a.reset_hash = $1 AND a.reset_until > $2 AND a.state <> 3

-- name: account_orgs ($1 account, $2 how many)
SELECT org_id FROM account_org WHERE account_id = $1 ORDER BY org_id LIMIT $2

-- name: account_role_at ($1 role, $2 org, $3 active)
SELECT 1 AS found FROM account_org o JOIN account a ON a.id = o.account_id
 WHERE o.org_id = $2 AND a.role = $1 AND a.state = $3 LIMIT 1

-- name: account_secret ($1 username)
SELECT a.id, s.password_hash, a.state, s.failures
  FROM account a LEFT JOIN account_secret s ON s.account_id = a.id
 WHERE a.username = $1

-- name: account_add ($1 ref, $2 username, $3 name, $4 role, $5 state)
INSERT INTO account (ref, username, name, role, state, version) VALUES ($1, $2, $3, $4, $5, 1)

-- name: account_add_org ($1 account, $2 org)
INSERT INTO account_org (account_id, org_id) VALUES ($1, $2)

-- name: account_clear_orgs ($1 account)
DELETE FROM account_org WHERE account_id = $1

-- name: account_set_role ($1 id, $2 version seen, $3 role)
UPDATE account SET role = $3, version = version + 1 WHERE id = $1 AND version = $2

-- name: account_set_state ($1 id, $2 version seen, $3 state)
-- Suspending (3) voids the code too: it does not come alive again with the account.
UPDATE account SET state = $3, version = version + 1,
       reset_hash = CASE WHEN CAST($3 AS BIGINT) = 3 THEN NULL ELSE reset_hash END,
       reset_until = CASE WHEN CAST($3 AS BIGINT) = 3 THEN NULL ELSE reset_until END
 WHERE id = $1 AND version = $2

-- name: account_set_code ($1 id, $2 hash of the code, $3 until)
UPDATE account SET reset_hash = $2, reset_until = $3, version = version + 1 WHERE id = $1

-- name: account_activate ($1 id, $2 state)
UPDATE account SET state = $2, reset_hash = NULL, reset_until = NULL, version = version + 1
 WHERE id = $1

-- name: account_set_password ($1 account, $2 password hash) -- housekeeping
INSERT INTO account_secret (account_id, password_hash) VALUES ($1, $2)
ON CONFLICT (account_id) DO UPDATE SET password_hash = excluded.password_hash

-- name: account_failed ($1 account) -- housekeeping
UPDATE account_secret SET failures = failures + 1 WHERE account_id = $1

-- name: account_signed_in ($1 account, $2 at) -- housekeeping
UPDATE account_secret SET failures = 0, last_sign_in = $2 WHERE account_id = $1

-- name: start ($1 token hash, $2 account, $3 csrf key, $4 at, $5 flash) -- housekeeping
INSERT INTO session (token_hash, account_id, csrf_key, started_at, seen_at, flash)
VALUES ($1, $2, $3, $4, $4, $5)

-- name: get ($1 token hash)
SELECT s.account_id, s.csrf_key, s.started_at, s.seen_at, s.ended_at, s.flash,
       a.name, a.role, a.state
  FROM session s JOIN account a ON a.id = s.account_id
 WHERE s.token_hash = $1

-- Also of a session that ended: until it is swept.
-- name: csrf_of ($1 account, $2 csrf key)
SELECT 1 AS known FROM session WHERE account_id = $1 AND csrf_key = $2 LIMIT 1

-- name: touch ($1 token hash, $2 at) -- housekeeping
UPDATE session SET seen_at = $2 WHERE token_hash = $1

-- name: flash ($1 token hash, $2 message) -- housekeeping
UPDATE session SET flash = $2 WHERE token_hash = $1

-- name: stop ($1 token hash, $2 at) -- housekeeping
UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL

-- name: stop_all ($1 account, $2 at) -- housekeeping
UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL

-- name: sweep ($1 started before) -- housekeeping
DELETE FROM session WHERE started_at < $1

-- Who may sign in as whom and by which password; not when they last did.
-- name: sealed ($1 from ref, $2 to ref)
SELECT a.ref, a.id, a.username, a.name, a.role, a.state, a.reset_hash, a.reset_until, a.version,
       s.password_hash, o.org_id
  FROM account a LEFT JOIN account_secret s ON s.account_id = a.id
                 LEFT JOIN account_org o ON o.account_id = a.id
 WHERE a.ref BETWEEN $1 AND $2 ORDER BY a.ref, o.org_id

-- name: account_rehash ($1 account)
UPDATE account SET version = version + 1 WHERE id = $1

-- What a session is and whose; not when it was last used, what it will say next, nor its end.
-- name: sealed_sessions ($1 from id, $2 to id)
SELECT k.id, k.token_hash, k.csrf_key
  FROM (SELECT CAST(account_id AS TEXT) || '-' || CAST(started_at AS TEXT) AS id, token_hash,
               csrf_key
          FROM session) k
 WHERE k.id BETWEEN $1 AND $2 ORDER BY k.id, k.token_hash
