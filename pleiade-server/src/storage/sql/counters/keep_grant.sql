INSERT INTO proxy_grants (source, name, sealed, expires_at)
SELECT $1, $2, $3, $4
WHERE (SELECT COUNT(*) FROM proxy_grants WHERE expires_at > $5) < $6
ON CONFLICT (source, name) DO NOTHING
