SELECT issuer, subject, identity, fingerprint, active, gone_at FROM directory_people
WHERE source = $1 AND issuer = $2 AND subject = $3
