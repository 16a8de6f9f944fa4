DELETE FROM sessions WHERE source = $1 AND provider_session = $2 RETURNING hash
