SELECT id, link, kind, name, host, credential, sealed, last_step, created_at, last_used_at
FROM second_factors
WHERE link = $1
ORDER BY id
