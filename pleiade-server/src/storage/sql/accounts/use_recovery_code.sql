UPDATE recovery_codes SET used_at = $3
WHERE link = $1 AND hash = $2 AND used_at IS NULL
