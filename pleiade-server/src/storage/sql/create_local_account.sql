INSERT INTO local_accounts (source, login, subject, link, password_hash, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
