SELECT COUNT(*) FROM recovery_codes WHERE link = $1 AND used_at IS NULL
