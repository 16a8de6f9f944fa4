DELETE FROM sessions WHERE source = $1 AND issuer = $2 AND subject = $3 RETURNING hash
