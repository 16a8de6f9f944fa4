UPDATE links SET identity = $2, relies_on = $3, rule = $4, created_at = $5, directory = $6
WHERE id = $1 AND identity = $7 AND disabled = FALSE
