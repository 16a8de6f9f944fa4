INSERT INTO accesses (tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant, link, connector) DO UPDATE SET
    sealed = excluded.sealed, how = excluded.how, created_at = excluded.created_at, last_used_at = excluded.last_used_at,
    expires_at = excluded.expires_at, refused_at = excluded.refused_at
