DELETE FROM links WHERE id = $1
