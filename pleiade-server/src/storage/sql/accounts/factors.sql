SELECT id, identity, source, kind, name, host, credential, sealed, last_step, created_at, last_used_at
FROM second_factors
WHERE identity = $1 AND source = $2
ORDER BY id
