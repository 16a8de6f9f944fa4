SELECT id FROM links WHERE identity = $1 AND source = $2 AND disabled = FALSE
