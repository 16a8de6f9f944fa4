UPDATE accesses SET refused_at = $5
WHERE tenant = $1 AND link = $2 AND connector = $3 AND created_at = $4
