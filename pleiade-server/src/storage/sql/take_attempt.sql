DELETE FROM attempts
WHERE key = $1 AND browser = $2
RETURNING payload, expires_at
