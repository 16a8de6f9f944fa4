SELECT id FROM links WHERE directory = $1 AND disabled = FALSE
