INSERT INTO attempts (key, browser, payload, expires_at) VALUES ($1, $2, $3, $4)
