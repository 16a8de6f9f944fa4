UPDATE links SET disabled = TRUE, closed_by = $2
WHERE disabled = FALSE AND source = $3 AND (directory = $1 OR (
    -- Not asked since directories are noted: closed with the person, unless another account of theirs there is open.
    directory IS NULL AND identity = (SELECT d.identity FROM links AS d WHERE d.id = $1)
    AND NOT EXISTS (SELECT 1 FROM links AS o WHERE o.identity = links.identity AND o.source = $2 AND o.disabled = FALSE)))
RETURNING id
