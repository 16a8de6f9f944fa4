UPDATE directory_sources SET held_until = 0, holder = NULL, read_at = $3 WHERE source = $1 AND holder = $2
