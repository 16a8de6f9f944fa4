SELECT identity, source, issuer, subject, disabled, relies_on, rule, created_at
FROM links
ORDER BY identity, source, created_at, issuer, subject
