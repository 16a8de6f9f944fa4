DELETE FROM sessions WHERE identity = $1 RETURNING hash
