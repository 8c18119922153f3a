-- owns: report_month

-- name: add_month ($1 ref, $2 month, $3 data on, $4 account, $5 account name, $6 at, $7 body)
INSERT INTO report_month (ref, month, data_on, account_id, account_name, at, body, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)

-- name: months ($1 limit)
SELECT ref, month, data_on, at, account_name FROM report_month ORDER BY month DESC LIMIT $1

-- name: month ($1 month)
SELECT ref, month, data_on, at, account_name, body FROM report_month WHERE month = $1

-- name: kept_between ($1 from month, $2 to month)
SELECT count(*) AS n FROM report_month WHERE month >= $1 AND month <= $2

-- name: sealed ($1 from ref, $2 to ref)
SELECT ref, id, month, data_on, account_id, account_name, at, body, version
  FROM report_month WHERE ref BETWEEN $1 AND $2 ORDER BY ref
