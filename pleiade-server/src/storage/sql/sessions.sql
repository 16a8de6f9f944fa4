-- Sessions, and the renewal of their tokens.

-- name: create_session
INSERT INTO sessions
    (hash, site, identity, link, source, issuer, subject, acting, provider_session, tokens, created_at,
     last_seen_at, expires_at, source_print, acr, ticket_source, ticket_session, ticket)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)

-- name: session
SELECT hash, site, identity, link, source, issuer, subject, acting, provider_session, tokens, created_at,
    last_seen_at, expires_at, source_print, acr, ticket_source, ticket_session, ticket
FROM sessions
WHERE hash = $1

-- name: sessions_of_person
SELECT hash, site, identity, link, source, issuer, subject, acting, provider_session, tokens, created_at,
    last_seen_at, expires_at, source_print, acr, ticket_source, ticket_session, ticket
FROM sessions
WHERE identity = $1
ORDER BY last_seen_at DESC

-- name: touch_session
UPDATE sessions SET last_seen_at = $2 WHERE hash = $1 AND last_seen_at < $2

-- name: update_session_tokens
UPDATE sessions SET tokens = $2, renewing_until = NULL WHERE hash = $1

-- name: update_provider_session
UPDATE sessions SET
    provider_session = COALESCE($2, provider_session), tokens = COALESCE($3, tokens),
    renewing_until = CASE WHEN $3 IS NULL THEN renewing_until ELSE NULL END
WHERE hash = $1

-- name: keep_session_ticket
UPDATE sessions SET ticket_source = $2, ticket_session = $3, ticket = $4 WHERE hash = $1

-- name: drop_session_tickets
UPDATE sessions SET ticket_source = NULL, ticket_session = NULL, ticket = NULL
WHERE ticket_source = $1 AND ticket_session = $2
RETURNING hash

-- name: claim_renewal
UPDATE sessions
SET renewing_until = $2
WHERE hash = $1 AND (renewing_until IS NULL OR renewing_until <= $3)

-- name: release_renewal
UPDATE sessions SET renewing_until = NULL WHERE hash = $1

-- name: take_session
DELETE FROM sessions
WHERE hash = $1 AND tokens IS NOT DISTINCT FROM $2 AND ticket IS NOT DISTINCT FROM $4
    AND (renewing_until IS NULL OR renewing_until <= $3)
RETURNING hash

-- name: session_sources
SELECT DISTINCT source, source_print FROM sessions

-- name: delete_session
DELETE FROM sessions WHERE hash = $1 RETURNING hash

-- name: delete_sessions_by_link
DELETE FROM sessions
WHERE link = $1 OR link IN (SELECT id FROM links WHERE directory = $1)
RETURNING hash

-- name: delete_sessions_by_provider
DELETE FROM sessions WHERE source = $1 AND provider_session = $2 RETURNING hash

-- name: delete_sessions_of_source
DELETE FROM sessions
WHERE source = $1 AND source_print IS NOT DISTINCT FROM $2
RETURNING hash

-- name: purge_sessions
DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2

-- name: hold_session
UPDATE sessions SET last_seen_at = last_seen_at WHERE hash = $1

-- name: last_acting
SELECT tenant FROM last_acting WHERE link = $1

-- name: keep_last_acting
INSERT INTO last_acting (link, tenant)
VALUES ($1, $2)
ON CONFLICT (link) DO UPDATE
SET tenant = excluded.tenant
