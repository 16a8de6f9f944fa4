DELETE FROM accesses WHERE tenant = $1 AND identity = $2 AND connector = $3
