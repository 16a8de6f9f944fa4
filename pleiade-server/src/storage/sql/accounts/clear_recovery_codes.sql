DELETE FROM recovery_codes WHERE link = $1
