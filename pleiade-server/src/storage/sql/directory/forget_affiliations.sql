DELETE FROM affiliations WHERE link IN (SELECT id FROM links WHERE id = $1 OR (directory = $1 AND disabled = TRUE))
