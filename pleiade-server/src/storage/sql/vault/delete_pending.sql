DELETE FROM pending_accesses WHERE tenant = $1 AND link = $2 AND connector = $3
