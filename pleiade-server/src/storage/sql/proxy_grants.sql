-- Proxy-granting tickets on their way.

-- name: make_room_for_proxy_grant
DELETE FROM proxy_grants
WHERE source = $1 AND name IN (
    SELECT name FROM proxy_grants WHERE source = $1 ORDER BY expires_at DESC, name LIMIT 1000 OFFSET $2
)

-- name: keep_proxy_grant
INSERT INTO proxy_grants (source, name, sealed, expires_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (source, name) DO NOTHING

-- name: take_proxy_grant
DELETE FROM proxy_grants
WHERE source = $1 AND name = $2 AND expires_at > $3
RETURNING sealed

-- name: purge_proxy_grants
DELETE FROM proxy_grants WHERE expires_at <= $1
