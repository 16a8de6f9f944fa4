DELETE FROM pending_accesses WHERE expires_at <= $1
