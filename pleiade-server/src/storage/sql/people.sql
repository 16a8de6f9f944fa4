-- The people of a collectivité.

-- name: people_of_tenant
SELECT l.identity, l.id AS link, l.display_name, l.given_name, l.family_name, l.mail, l.login, a.kind,
    a.function
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
    WHERE b.tenant = $1 AND m.identity = l.identity AND m.disabled = FALSE
      AND m.display_name = l.display_name AND m.id < l.id)
ORDER BY l.display_name, l.identity
LIMIT $3

-- name: affiliations_of_tenant
SELECT a.link, l.source, l.disabled, a.tenant, a.kind, a.function, a.person_groups, a.roles, a.department,
    a.telephone
FROM affiliations AS a
JOIN links AS l ON l.id = a.link
WHERE a.tenant = $1
ORDER BY a.link

-- name: search_people
SELECT d.source, d.issuer, d.subject, d.link, l.identity, d.display_name, d.given_name, d.family_name,
    d.login, d.mail, d.function, d.department, d.telephone, d.person_groups, d.active, d.changed_at,
    d.left_at, d.gone_at, a.kind
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

-- name: directory_record
SELECT d.source, d.issuer, d.subject, d.link, l.identity, d.display_name, d.given_name, d.family_name,
    d.login, d.mail, d.function, d.department, d.telephone, d.person_groups, d.active, d.changed_at,
    d.left_at, d.gone_at
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.link = $1
