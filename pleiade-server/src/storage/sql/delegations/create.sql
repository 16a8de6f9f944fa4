INSERT INTO delegations
    (tenant, giver, giver_link, receiver, receiver_link, connectors, may_treat, starts_at, ends_at, reason, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id
