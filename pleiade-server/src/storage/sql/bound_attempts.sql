DELETE FROM attempts
WHERE browser = $1 AND key NOT IN (
    SELECT key FROM attempts WHERE browser = $1 ORDER BY expires_at DESC, key LIMIT $2
)
