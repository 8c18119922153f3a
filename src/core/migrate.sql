-- owns: schema_migration
-- housekeeping tables: schema_migration

-- name: applied ()
SELECT number, name, sha256 FROM schema_migration ORDER BY number

-- name: record ($1 number, $2 name, $3 sha256, $4 at)  -- housekeeping
INSERT INTO schema_migration (number, name, sha256, at) VALUES ($1, $2, $3, $4)

-- name: access_applied ()  -- store: access
SELECT number, name, sha256 FROM schema_migration ORDER BY number

-- name: access_record ($1 number, $2 name, $3 sha256, $4 at)  -- store: access  -- housekeeping
INSERT INTO schema_migration (number, name, sha256, at) VALUES ($1, $2, $3, $4)
