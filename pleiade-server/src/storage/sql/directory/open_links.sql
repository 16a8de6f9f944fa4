UPDATE links SET disabled = FALSE, closed_by = NULL
WHERE id IN (
    SELECT MAX(c.id) FROM links AS c
    WHERE c.disabled = TRUE AND c.closed_by = $2 AND (c.id = $1 OR c.directory = $1 OR (
        c.directory IS NULL AND c.identity = (SELECT d.identity FROM links AS d WHERE d.id = $1)))
      AND NOT EXISTS (
        SELECT 1 FROM links AS o WHERE o.identity = c.identity AND o.source = c.source AND o.disabled = FALSE)
    GROUP BY c.identity, c.source)
