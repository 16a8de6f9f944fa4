SELECT id, tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at, reason, created_at,
    accepted_at, ended_at, ended_by, end_cause
FROM delegations
WHERE (giver_link = $1 OR receiver_link = $1) AND ended_at IS NULL AND ends_at > $2
ORDER BY id
