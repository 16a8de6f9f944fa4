SELECT tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE link = $1 AND (CAST($2 AS TEXT) IS NULL OR tenant = $2)
ORDER BY tenant, connector
