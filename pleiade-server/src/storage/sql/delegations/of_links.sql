SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at, reason, created_at,
    accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE tenant = $1 AND (giver_link IN ($2, $3) OR receiver_link IN ($2, $3))
ORDER BY id DESC LIMIT 200
