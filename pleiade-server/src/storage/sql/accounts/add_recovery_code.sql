INSERT INTO recovery_codes (link, hash) VALUES ($1, $2)
