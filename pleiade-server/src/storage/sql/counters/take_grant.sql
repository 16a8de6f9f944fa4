DELETE FROM proxy_grants WHERE source = $1 AND name = $2 AND expires_at > $3 RETURNING sealed
