UPDATE pending_accesses SET sealed = $5 WHERE tenant = $1 AND link = $2 AND connector = $3 AND sealed = $4
