-- owns: campaign_sending campaign_sent

-- name: add ($1 ref, $2 campaign, $3 sent on, $4 people, $5 left out, $6 account, $7 account name, $8 at)
INSERT INTO campaign_sending (ref, campaign_id, sent_on, people, left_out, account_id, account_name,
                              at, undone_name, undone_reason, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', 1)

-- name: add_person ($1 sending, $2 campaign, $3 person, $4 contact ref)
INSERT INTO campaign_sent (sending_id, campaign_id, person_id, contact_ref, standing)
VALUES ($1, $2, $3, $4, 1)

-- name: list ($1 campaign, $2 limit)
SELECT s.id, s.ref, s.sent_on, s.people, s.left_out, s.account_name, s.at, s.undone_at,
       s.undone_name, s.undone_reason, s.version,
       (SELECT count(*) FROM campaign_sending n
         WHERE n.campaign_id = s.campaign_id AND n.id <= s.id) AS number,
       (SELECT count(*) FROM campaign_sent p
         WHERE p.sending_id = s.id AND p.standing = 0) AS let_go
  FROM campaign_sending s WHERE s.campaign_id = $1 ORDER BY s.id DESC LIMIT $2

-- name: get ($1 ref, $2 campaign)  -- columns: list
SELECT s.id, s.ref, s.sent_on, s.people, s.left_out, s.account_name, s.at, s.undone_at,
       s.undone_name, s.undone_reason, s.version,
       (SELECT count(*) FROM campaign_sending n
         WHERE n.campaign_id = s.campaign_id AND n.id <= s.id) AS number,
       (SELECT count(*) FROM campaign_sent p
         WHERE p.sending_id = s.id AND p.standing = 0) AS let_go
  FROM campaign_sending s WHERE s.ref = $1 AND s.campaign_id = $2

-- name: people ($1 sending)
SELECT person_id, contact_ref FROM campaign_sent WHERE sending_id = $1 ORDER BY person_id

-- name: standing ($1 campaign)
SELECT p.id, p.person_id, p.contact_ref, s.id AS sending_id, s.ref AS sending_ref
  FROM campaign_sent p JOIN campaign_sending s ON s.id = p.sending_id
 WHERE p.campaign_id = $1 AND p.standing = 1 ORDER BY p.person_id

-- name: let_go ($1 id)
UPDATE campaign_sent SET standing = 0 WHERE id = $1

-- name: touch ($1 ref)
UPDATE campaign_sending SET version = version + 1 WHERE ref = $1

-- name: undo ($1 id, $2 version seen, $3 at, $4 name, $5 reason)
UPDATE campaign_sending SET undone_at = $3, undone_name = $4, undone_reason = $5,
                            version = version + 1
 WHERE id = $1 AND version = $2 AND undone_at IS NULL

-- name: undo_people ($1 sending)
UPDATE campaign_sent SET standing = 0 WHERE sending_id = $1

-- name: sealed ($1 from ref, $2 to ref)
SELECT s.ref, s.id, s.campaign_id, s.sent_on, s.people, s.left_out, s.account_id, s.account_name,
       s.at, s.undone_at, s.undone_name, s.undone_reason, s.version, p.id AS sent_id, p.person_id,
       p.contact_ref, p.standing, p.sending_id, p.campaign_id AS sent_campaign
  FROM campaign_sending s LEFT JOIN campaign_sent p ON p.sending_id = s.id
 WHERE s.ref BETWEEN $1 AND $2 ORDER BY s.ref, p.id
