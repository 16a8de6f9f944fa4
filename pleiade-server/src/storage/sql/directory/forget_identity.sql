-- A link that somebody closed keeps its person: its subject would come back as a new one.
DELETE FROM identities WHERE id = $1
  AND NOT EXISTS (SELECT 1 FROM links WHERE links.identity = $1)
