-- Whether the database answers and takes a write.

-- name: ping
SELECT 1

-- name: write_probe
INSERT INTO used_once (key, expires_at)
VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at

-- name: create_probe
CREATE TABLE pleiade_write_probe (value INTEGER)
