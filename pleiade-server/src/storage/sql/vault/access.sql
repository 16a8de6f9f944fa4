SELECT tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE tenant = $1 AND link = $2 AND connector = $3
