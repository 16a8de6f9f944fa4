SELECT identity, owner, disabled, relies_on FROM links WHERE source = $1 AND issuer = $2 AND subject = $3
