UPDATE delegations SET ended_at = $2, end_cause = 'departure'
WHERE (giver_link = $1 OR receiver_link = $1) AND ended_at IS NULL
