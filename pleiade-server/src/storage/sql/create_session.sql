INSERT INTO sessions
    (hash, site, identity, link, source, issuer, subject, acting, provider_session, tokens, created_at, last_seen_at, expires_at,
     source_print, acr)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
