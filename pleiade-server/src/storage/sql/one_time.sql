-- Keys that are used once.

-- name: is_used
SELECT expires_at FROM used_once WHERE key = $1

-- name: use_once
INSERT INTO used_once (key, expires_at)
VALUES ($1, $2)
ON CONFLICT (key) DO NOTHING

-- name: purge_used_once
DELETE FROM used_once WHERE expires_at <= $1
