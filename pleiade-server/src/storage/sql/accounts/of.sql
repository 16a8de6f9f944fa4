SELECT source, login, subject, identity, password_hash, disabled
FROM local_accounts
WHERE identity = $1 AND source = $2
