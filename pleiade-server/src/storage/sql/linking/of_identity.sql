SELECT source, issuer, subject, identity, owner, disabled, relies_on, rule, created_at FROM links
WHERE identity = $1 ORDER BY created_at, source, issuer, subject
