SELECT identity, owner, disabled FROM links WHERE source = $1 AND issuer = $2 AND subject = $3
