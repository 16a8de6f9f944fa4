UPDATE accesses SET refused_at = NULL WHERE connector = $1 AND refused_at IS NOT NULL
