-- Linked accounts, login flows, and what a change of sealing key goes through.

-- name: linked_account
SELECT tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE tenant = $1 AND link = $2 AND connector = $3

-- name: linked_accounts_of_link
SELECT tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE link = $1 AND (CAST($2 AS TEXT) IS NULL OR tenant = $2)
ORDER BY tenant, connector

-- name: linked_accounts_of_person
SELECT a.tenant, a.link, a.connector, a.sealed, a.how, a.created_at, a.last_used_at, a.expires_at,
    a.refused_at
FROM accesses AS a
JOIN links AS l ON l.id = a.link
WHERE l.identity = $1 AND a.tenant = $2
ORDER BY a.link, a.connector

-- name: put_linked_account
INSERT INTO accesses (tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant, link, connector) DO UPDATE SET
    sealed = excluded.sealed, how = excluded.how, created_at = excluded.created_at,
    last_used_at = excluded.last_used_at, expires_at = excluded.expires_at, refused_at = excluded.refused_at

-- name: delete_linked_account
DELETE FROM accesses WHERE tenant = $1 AND link = $2 AND connector = $3

-- name: delete_linked_accounts_of_link
DELETE FROM accesses
WHERE link = $1 AND (CAST($2 AS TEXT) IS NULL OR tenant = $2)
RETURNING tenant, link, connector

-- name: use_linked_account
UPDATE accesses SET last_used_at = $4
WHERE tenant = $1 AND link = $2 AND connector = $3 AND (last_used_at IS NULL OR last_used_at < $4)

-- name: refuse_linked_account
UPDATE accesses SET refused_at = $5
WHERE tenant = $1 AND link = $2 AND connector = $3 AND created_at = $4

-- name: lift_refusals
UPDATE accesses
SET refused_at = NULL
WHERE connector = $1 AND refused_at IS NOT NULL

-- name: put_pending
INSERT INTO pending_accesses (tenant, link, connector, session, sealed, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, link, connector) DO UPDATE SET
    session = excluded.session, sealed = excluded.sealed, expires_at = excluded.expires_at

-- name: pending
SELECT session, sealed, expires_at
FROM pending_accesses
WHERE tenant = $1 AND link = $2 AND connector = $3

-- name: delete_pending
DELETE FROM pending_accesses WHERE tenant = $1 AND link = $2 AND connector = $3

-- name: delete_pending_of_link
DELETE FROM pending_accesses
WHERE link = $1 AND (CAST($2 AS TEXT) IS NULL OR tenant = $2)

-- name: purge_pending
DELETE FROM pending_accesses WHERE expires_at <= $1

-- name: sealed_sessions
SELECT hash, acting, link, tokens
FROM sessions
WHERE tokens IS NOT NULL AND substr(tokens, 2, 4) = $1 AND hash > $2
ORDER BY hash LIMIT $3

-- name: sealed_session_tickets
SELECT hash, acting, link, ticket AS tokens
FROM sessions
WHERE ticket IS NOT NULL AND substr(ticket, 2, 4) = $1 AND hash > $2
ORDER BY hash LIMIT $3

-- name: sealed_linked_accounts
SELECT tenant, link, connector, sealed, how, created_at, last_used_at, expires_at, refused_at
FROM accesses
WHERE substr(sealed, 2, 4) = $1 AND (tenant, link, connector) > ($2, $3, $4)
ORDER BY tenant, link, connector LIMIT $5

-- name: sealed_factors
SELECT id, link, sealed
FROM second_factors
WHERE substr(sealed, 2, 4) = $1 AND id > $2
ORDER BY id LIMIT $3

-- name: sealed_pending
SELECT tenant, link, connector, session, sealed, expires_at
FROM pending_accesses
WHERE substr(sealed, 2, 4) = $1 AND (tenant, link, connector) > ($2, $3, $4)
ORDER BY tenant, link, connector LIMIT $5

-- name: reseal_session
UPDATE sessions SET tokens = $3 WHERE hash = $1 AND tokens = $2

-- name: reseal_session_ticket
UPDATE sessions SET ticket = $3 WHERE hash = $1 AND ticket = $2

-- name: reseal_linked_account
UPDATE accesses
SET sealed = $5
WHERE tenant = $1 AND link = $2 AND connector = $3 AND sealed = $4

-- name: reseal_factor
UPDATE second_factors SET sealed = $3 WHERE id = $1 AND sealed = $2

-- name: reseal_pending
UPDATE pending_accesses
SET sealed = $5
WHERE tenant = $1 AND link = $2 AND connector = $3 AND sealed = $4

-- name: count_sessions
SELECT substr(tokens, 2, 4), COUNT(*)
FROM sessions
WHERE tokens IS NOT NULL
GROUP BY substr(tokens, 2, 4)

-- name: count_session_tickets
SELECT substr(ticket, 2, 4), COUNT(*)
FROM sessions
WHERE ticket IS NOT NULL
GROUP BY substr(ticket, 2, 4)

-- name: count_linked_accounts
SELECT substr(sealed, 2, 4), COUNT(*)
FROM accesses
GROUP BY substr(sealed, 2, 4)

-- name: count_factors
SELECT substr(sealed, 2, 4), COUNT(*)
FROM second_factors
GROUP BY substr(sealed, 2, 4)

-- name: count_pending
SELECT substr(sealed, 2, 4), COUNT(*)
FROM pending_accesses
GROUP BY substr(sealed, 2, 4)
