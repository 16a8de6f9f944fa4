SELECT issuer, subject, identity, fingerprint, active, gone_at FROM directory_people WHERE source = $1
ORDER BY issuer, subject
