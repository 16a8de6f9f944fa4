SELECT source, login, subject, identity, password_hash, disabled
FROM local_accounts
WHERE source = $1 AND subject = $2
