DELETE FROM directory_people WHERE source = $1 AND issuer = $2 AND subject = $3
