DELETE FROM identities WHERE id = $1
  AND NOT EXISTS (SELECT 1 FROM links WHERE links.identity = $1 AND links.disabled = FALSE)
