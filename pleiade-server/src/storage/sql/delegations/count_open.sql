SELECT COUNT(*) FROM delegations WHERE giver = $1 AND tenant = $2 AND ended_at IS NULL AND ends_at > $3
