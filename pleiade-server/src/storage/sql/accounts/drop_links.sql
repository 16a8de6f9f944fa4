DELETE FROM account_links WHERE (source = $1 AND login = $2) OR expires_at <= $3
