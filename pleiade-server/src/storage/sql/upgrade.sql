-- The schema, and the step from schema 9 to links.

-- name: migrations_table_sqlite
SELECT name
FROM sqlite_schema
WHERE type = 'table' AND name = '_sqlx_migrations'

-- name: migrations_table_postgres
SELECT to_regclass('_sqlx_migrations')::TEXT

-- name: newest_migration
SELECT MAX(version) FROM _sqlx_migrations

-- name: lock_postgres
SELECT pg_advisory_xact_lock(hashtext('pleiade schema ' || COALESCE(current_schema(), '')))

-- name: count_conflicts
SELECT COUNT(*) FROM (
    SELECT identity FROM links
    WHERE disabled = FALSE
    GROUP BY identity, source HAVING COUNT(*) > 1) AS several

-- name: links
SELECT identity, source, issuer, subject, disabled, relies_on, rule, created_at
FROM links
ORDER BY identity, source, created_at, issuer, subject

-- name: sign_ins
SELECT actor, source, facts, MAX(at)
FROM audit
WHERE event = 'signed_in' AND actor IS NOT NULL AND source IS NOT NULL
GROUP BY actor, source, facts

-- name: sessions
SELECT identity, source, issuer, subject, last_seen_at
FROM sessions
ORDER BY hash

-- name: linked_accounts
SELECT tenant, identity, connector
FROM accesses
ORDER BY identity, tenant, connector

-- name: delegations
SELECT id, tenant, giver, receiver
FROM delegations
WHERE ended_at IS NULL
ORDER BY id

-- name: directory_people
SELECT identity, source, issuer, subject FROM directory_people

-- name: history
SELECT at, event, actor, source, facts
FROM audit
WHERE about = $1 AND event IN ('linked', 'account_changed')
ORDER BY id

-- name: append_audit
INSERT INTO audit (at, tenant, event, actor, about, source, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: conflicts_table
CREATE TABLE IF NOT EXISTS upgrade_conflicts (
    identity BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (identity, source)
)

-- name: note_conflict
INSERT INTO upgrade_conflicts (identity, source) VALUES ($1, $2)

-- name: names_table
CREATE TABLE IF NOT EXISTS upgrade_names (
    identity BIGINT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL
)

-- name: note_names
INSERT INTO upgrade_names (identity, source, issuer, subject)
VALUES ($1, $2, $3, $4)

-- name: close_link
UPDATE links
SET disabled = TRUE, closed_by = NULL
WHERE source = $1 AND issuer = $2 AND subject = $3

-- name: close_account
UPDATE local_accounts
SET disabled = TRUE
WHERE source = $1 AND subject = $3 AND $2 = 'local:' || source

-- name: step
SELECT step FROM upgrade_steps WHERE step = $1

-- name: end_step
DELETE FROM upgrade_steps WHERE step = $1

-- name: factor_sealed_for
SELECT identity FROM upgrade_factors WHERE factor = $1
