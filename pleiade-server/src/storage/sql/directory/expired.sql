SELECT issuer, subject, identity FROM directory_people WHERE source = $1 AND active = FALSE AND gone_at < $2
