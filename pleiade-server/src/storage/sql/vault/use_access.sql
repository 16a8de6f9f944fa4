UPDATE accesses SET last_used_at = $4
WHERE tenant = $1 AND link = $2 AND connector = $3 AND (last_used_at IS NULL OR last_used_at < $4)
