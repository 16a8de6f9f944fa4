UPDATE links SET directory = $2 WHERE id = $1
