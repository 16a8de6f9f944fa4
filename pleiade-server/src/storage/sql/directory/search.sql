SELECT d.source, d.issuer, d.subject, d.link, l.identity, d.display_name, d.given_name, d.family_name, d.login, d.mail, d.function,
       d.department, d.telephone, d.person_groups, d.active, d.changed_at, d.left_at, d.gone_at, a.kind
FROM affiliations AS a
JOIN directory_people AS d ON d.link = a.link
JOIN links AS l ON l.id = d.link
WHERE a.tenant = $1 AND d.active = TRUE
  AND d.search LIKE $2 AND d.search LIKE $3 AND d.search LIKE $4 AND d.search LIKE $5
  AND NOT EXISTS (
    SELECT 1 FROM directory_people AS b
    JOIN links AS k ON k.id = b.link
    JOIN affiliations AS t ON t.link = b.link AND t.tenant = $1
    WHERE k.identity = l.identity AND b.active = TRUE
      AND (b.precedence < d.precedence OR (b.precedence = d.precedence AND b.link < d.link)))
ORDER BY d.display_name, d.link
LIMIT $6
