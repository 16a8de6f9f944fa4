SELECT COUNT(*) FROM delegations WHERE giver_link = $1 AND tenant = $2 AND ended_at IS NULL AND ends_at > $3
