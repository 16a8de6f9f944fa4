SELECT l.display_name, l.given_name, l.family_name, l.mail, l.login
FROM links AS l
LEFT JOIN directory_people AS d ON d.link = l.id AND d.active = TRUE
WHERE l.identity = $1 AND l.display_name IS NOT NULL
  AND (l.owner = $2 OR EXISTS (SELECT 1 FROM affiliations AS a WHERE a.link = l.id AND a.tenant = $2))
ORDER BY l.disabled, COALESCE(d.precedence, 9), l.id
LIMIT 1
