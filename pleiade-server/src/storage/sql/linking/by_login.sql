SELECT issuer, subject, active FROM directory_people
WHERE source = $1 AND lower(login) = lower($2) AND gone_at IS NULL
ORDER BY issuer, subject LIMIT 3
