-- Who lets whom treat their tasks.

-- name: create_delegation
INSERT INTO delegations
    (tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at, reason,
     created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id

-- name: delegation
SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at,
    reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE id = $1

-- name: delegations_of_person
SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at,
    reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE tenant = $1 AND (giver = $2 OR receiver = $2)
ORDER BY id DESC LIMIT 200

-- name: delegations_of_links
SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at,
    reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE tenant = $1 AND (giver_link IN ($2, $3) OR receiver_link IN ($2, $3))
ORDER BY id DESC LIMIT 200

-- name: delegations_held_by_links
SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at,
    reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE tenant = $1 AND receiver_link IN ($2, $3) AND accepted_at IS NOT NULL AND ended_at IS NULL
  AND starts_at <= $4 AND ends_at > $4
ORDER BY id LIMIT 50

-- name: living_delegations
SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at,
    reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE (giver_link = $1 OR receiver_link = $1) AND ended_at IS NULL AND ends_at > $2
ORDER BY id

-- name: lapsed_delegations
SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at,
    reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE ended_at IS NULL AND ends_at <= $1
ORDER BY id LIMIT 1000

-- name: accept_delegation
UPDATE delegations SET accepted_at = $3
WHERE id = $1 AND receiver = $2 AND accepted_at IS NULL AND ended_at IS NULL AND ends_at > $3

-- name: end_delegation
UPDATE delegations
SET ended_at = $2, ended_by = $3, end_cause = $4
WHERE id = $1 AND ended_at IS NULL

-- name: count_open_delegations
SELECT COUNT(*)
FROM delegations
WHERE giver_link = $1 AND tenant = $2 AND ended_at IS NULL AND ends_at > $3
