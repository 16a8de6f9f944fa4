-- Whoever somebody closed stays closed: their subject would come back as a new person.
SELECT d.link, l.identity
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1 AND d.active = FALSE AND d.gone_at < $2 AND NOT (l.disabled = TRUE AND l.closed_by IS NULL)
