SELECT DISTINCT identity FROM links WHERE mail = $1 AND owner = $2 AND disabled = FALSE ORDER BY identity LIMIT 3
