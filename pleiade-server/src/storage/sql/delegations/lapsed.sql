SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at, reason, created_at,
    accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE ended_at IS NULL AND ends_at <= $1
ORDER BY id LIMIT 1000
