SELECT hash, site, identity, link, source, issuer, subject, acting, provider_session, tokens, created_at, last_seen_at,
    expires_at, source_print, acr
FROM sessions
WHERE hash = $1
