DELETE FROM sessions
WHERE link = $1 OR link IN (SELECT id FROM links WHERE directory = $1)
RETURNING hash
