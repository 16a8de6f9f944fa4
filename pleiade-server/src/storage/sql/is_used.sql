SELECT expires_at FROM used_once WHERE key = $1
