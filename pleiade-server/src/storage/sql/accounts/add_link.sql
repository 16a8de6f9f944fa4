INSERT INTO account_links (hash, source, login, purpose, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
