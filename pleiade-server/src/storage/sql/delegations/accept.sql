UPDATE delegations SET accepted_at = $3
WHERE id = $1 AND receiver = $2 AND accepted_at IS NULL AND ended_at IS NULL AND ends_at > $3
