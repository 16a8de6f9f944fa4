INSERT INTO recovery_codes (identity, source, hash) VALUES ($1, $2, $3)
