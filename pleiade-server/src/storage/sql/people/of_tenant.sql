SELECT l.identity, l.id AS link, l.display_name, l.given_name, l.family_name, l.mail, l.login, a.kind, a.function
FROM affiliations AS a
JOIN links AS l ON l.id = a.link
WHERE a.tenant = $1 AND l.disabled = FALSE AND l.display_name IS NOT NULL
  AND ($2 = 0 OR NOT EXISTS (
    SELECT 1 FROM directory_people AS d
    JOIN links AS k ON k.id = d.link
    JOIN affiliations AS t ON t.link = k.id AND t.tenant = $1
    WHERE k.identity = l.identity AND k.display_name = l.display_name AND d.active = TRUE))
  AND NOT EXISTS (
    SELECT 1 FROM affiliations AS b
    JOIN links AS m ON m.id = b.link
    WHERE b.tenant = $1 AND m.identity = l.identity AND m.disabled = FALSE AND m.display_name = l.display_name AND m.id < l.id)
ORDER BY l.display_name, l.identity
LIMIT $3
