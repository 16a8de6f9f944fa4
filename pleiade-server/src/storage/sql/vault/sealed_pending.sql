SELECT tenant, link, connector, session, sealed, expires_at
FROM pending_accesses
WHERE substr(sealed, 2, 4) = $1 AND (tenant, link, connector) > ($2, $3, $4)
ORDER BY tenant, link, connector LIMIT $5
