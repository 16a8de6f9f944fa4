UPDATE recovery_codes SET used_at = $4
WHERE identity = $1 AND source = $2 AND hash = $3 AND used_at IS NULL
