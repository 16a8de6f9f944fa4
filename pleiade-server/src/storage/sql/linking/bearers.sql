SELECT id FROM identities WHERE mail = $1 ORDER BY id LIMIT 3
