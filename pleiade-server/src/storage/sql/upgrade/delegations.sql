SELECT id, tenant, giver, receiver FROM delegations WHERE ended_at IS NULL ORDER BY id
