SELECT d.link, l.identity, (l.disabled = TRUE AND l.closed_by IS NULL) AS closed_by_somebody
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1 AND d.active = FALSE AND d.gone_at < $2
