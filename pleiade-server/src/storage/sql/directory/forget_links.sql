DELETE FROM links
WHERE id = $1 OR (closed_by = $2 AND disabled = TRUE AND (directory = $1 OR (
    directory IS NULL AND identity = (SELECT d.identity FROM links AS d WHERE d.id = $1))))
RETURNING id
