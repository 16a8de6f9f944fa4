SELECT COUNT(*) FROM recovery_codes WHERE identity = $1 AND source = $2 AND used_at IS NULL
