SELECT tenant, identity, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE tenant = $1 AND identity = $2 AND connector = $3
