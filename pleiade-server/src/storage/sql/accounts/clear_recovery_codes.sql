DELETE FROM recovery_codes WHERE identity = $1 AND source = $2
