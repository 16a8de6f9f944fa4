SELECT d.link, l.identity
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1 AND d.active = FALSE AND d.gone_at < $2
