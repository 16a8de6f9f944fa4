SELECT id, tenant, giver, receiver, connectors, may_treat, starts_at, ends_at, reason, created_at, accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE tenant = $1 AND receiver = $2 AND accepted_at IS NOT NULL AND ended_at IS NULL AND starts_at <= $3 AND ends_at > $3
ORDER BY id LIMIT 50
