SELECT hash, acting, link, tokens
FROM sessions
WHERE tokens IS NOT NULL AND substr(tokens, 2, 4) = $1 AND hash > $2
ORDER BY hash LIMIT $3
