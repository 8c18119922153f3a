-- owns: draft
-- housekeeping tables: draft

-- name: save ($1 account, $2 key, $3 body, $4 at) -- housekeeping
INSERT INTO draft (account_id, draft_key, body, version, saved_at) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (account_id, draft_key)
DO UPDATE SET body = excluded.body, version = draft.version + 1, saved_at = excluded.saved_at

-- name: find ($1 account, $2 key, $3 saved after)
SELECT draft_key, body, version, saved_at FROM draft
 WHERE account_id = $1 AND draft_key = $2 AND saved_at > $3

-- name: count ($1 account, $2 saved after)
-- Words that were searched for are no form that waits to be saved.
SELECT count(*) AS drafts FROM draft
 WHERE account_id = $1 AND saved_at > $2
   AND draft_key NOT LIKE 'words:%' -- key

-- name: list ($1 account, $2 saved after, $3 how the key begins, $4 limit)
SELECT draft_key, version, saved_at FROM draft
 WHERE account_id = $1 AND saved_at > $2
   AND substr(draft_key, 1, length($3)) = $3
 ORDER BY saved_at DESC, draft_key LIMIT $4

-- name: drop_words ($1 account, $2 how many stay) -- housekeeping
-- The oldest searches of somebody who searched more often than that.
DELETE FROM draft
 WHERE account_id = $1 AND draft_key LIKE 'words:%' -- key
   AND saved_at <= (SELECT saved_at FROM draft
                     WHERE account_id = $1 AND draft_key LIKE 'words:%' -- key
                     ORDER BY saved_at DESC LIMIT 1 OFFSET $2)

-- name: drop ($1 account, $2 key) -- housekeeping
DELETE FROM draft WHERE account_id = $1 AND draft_key = $2

-- name: sweep ($1 saved before) -- housekeeping
DELETE FROM draft WHERE saved_at < $1
