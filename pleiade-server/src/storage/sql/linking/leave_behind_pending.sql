DELETE FROM pending_accesses WHERE link = $1
