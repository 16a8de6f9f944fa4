DELETE FROM account_links WHERE hash = $1 AND expires_at > $2
