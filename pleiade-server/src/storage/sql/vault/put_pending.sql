INSERT INTO pending_accesses (tenant, link, connector, session, sealed, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, link, connector) DO UPDATE SET
    session = excluded.session, sealed = excluded.sealed, expires_at = excluded.expires_at
