DELETE FROM proxy_grants WHERE expires_at <= $1
