SELECT hash, source, login, purpose, created_by, created_at, expires_at
FROM account_links
WHERE hash = $1 AND expires_at > $2
