DELETE FROM links WHERE identity = $1 AND (closed_by = $2 OR (source = $2 AND issuer = $3 AND subject = $4))
