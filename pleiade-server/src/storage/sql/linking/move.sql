UPDATE links SET identity = $4, relies_on = $5, rule = $6, created_at = $7
WHERE source = $1 AND issuer = $2 AND subject = $3 AND disabled = $8
