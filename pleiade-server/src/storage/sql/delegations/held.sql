SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at, reason, created_at,
    accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE tenant = $1 AND receiver_link IN ($2, $3) AND accepted_at IS NOT NULL AND ended_at IS NULL AND starts_at <= $4 AND ends_at > $4
ORDER BY id LIMIT 50
