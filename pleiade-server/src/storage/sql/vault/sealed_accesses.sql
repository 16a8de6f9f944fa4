SELECT tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE substr(sealed, 2, 4) = $1 AND (tenant, link, connector) > ($2, $3, $4)
ORDER BY tenant, link, connector LIMIT $5
