UPDATE local_accounts
SET password_hash = $3, disabled = $4
WHERE source = $1 AND login = $2
