UPDATE directory_people SET closed_at = $4 WHERE source = $1 AND issuer = $2 AND subject = $3 AND active = FALSE
