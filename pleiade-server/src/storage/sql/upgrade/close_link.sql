UPDATE links SET disabled = TRUE, closed_by = NULL WHERE source = $1 AND issuer = $2 AND subject = $3
