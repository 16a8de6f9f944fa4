DELETE FROM used_once WHERE expires_at <= $1
