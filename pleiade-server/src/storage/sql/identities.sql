-- People, their links, names and affiliations.

-- name: create_identity
INSERT INTO identities (created_at) VALUES ($1) RETURNING id

-- name: create_link
INSERT INTO links
    (source, issuer, subject, identity, owner, created_at, display_name, given_name, family_name, mail, login)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id

-- name: find_link
SELECT l.id, l.identity, l.owner, l.disabled, l.relies_on, l.directory,
    NOT EXISTS (
        SELECT 1 FROM links AS o
        WHERE o.identity = l.identity AND o.id <> l.id AND o.disabled = FALSE) AS alone
FROM links AS l
WHERE l.source = $1 AND l.issuer = $2 AND l.subject = $3

-- name: link_of_login
SELECT l.id, l.identity, l.owner, l.disabled, l.relies_on, l.directory,
    NOT EXISTS (
        SELECT 1 FROM links AS o
        WHERE o.identity = l.identity AND o.id <> l.id AND o.disabled = FALSE) AS alone
FROM links AS l
WHERE l.source = $1 AND lower(l.login) = lower($2) AND l.disabled = FALSE
LIMIT 2

-- name: disable_link
UPDATE links SET disabled = $2, closed_by = NULL WHERE id = $1

-- name: hold_open_link
UPDATE links SET disabled = disabled WHERE id = $1 AND NOT disabled

-- name: link_facts
SELECT id, source, issuer, subject, identity, disabled, directory, display_name, given_name, family_name,
    mail, login
FROM links
WHERE id = $1

-- name: names_at
SELECT l.display_name, l.given_name, l.family_name, l.mail, l.login
FROM links AS l
LEFT JOIN directory_people AS d ON d.link = l.id AND d.active = TRUE
WHERE l.identity = $1 AND l.display_name IS NOT NULL
  AND (l.owner = $2 OR EXISTS (SELECT 1 FROM affiliations AS a WHERE a.link = l.id AND a.tenant = $2))
ORDER BY l.disabled, COALESCE(d.precedence, 9), l.id
LIMIT 1

-- name: update_names
UPDATE links
SET display_name = $2, given_name = $3, family_name = $4, mail = $5, login = $6
WHERE id = $1

-- name: groups_told_at
SELECT groups_told_at FROM links WHERE id = $1

-- name: write_groups_told_at
UPDATE links SET groups_told_at = $2 WHERE id = $1

-- name: create_affiliation
INSERT INTO affiliations
    (link, tenant, kind, function, person_groups, roles, department, telephone, employee_number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: delete_affiliations
DELETE FROM affiliations WHERE link = $1

-- name: affiliations_of_person
SELECT a.link, l.source, l.disabled, a.tenant, a.kind, a.function, a.person_groups, a.roles, a.department,
    a.telephone
FROM affiliations AS a
JOIN links AS l ON l.id = a.link
WHERE l.identity = $1
ORDER BY a.tenant, l.source, a.link

-- name: affiliations_of_link
SELECT a.link, l.source, l.disabled, a.tenant, a.kind, a.function, a.person_groups, a.roles, a.department,
    a.telephone, a.employee_number,
    EXISTS (
        SELECT 1 FROM affiliations AS b JOIN links AS o ON o.id = b.link
        WHERE b.tenant = a.tenant AND lower(b.employee_number) = lower(a.employee_number)
          AND b.employee_number IS NOT NULL AND o.identity <> l.identity
          AND o.disabled = FALSE) AS number_is_shared
FROM affiliations AS a
JOIN links AS l ON l.id = a.link
WHERE a.link = $1
ORDER BY a.tenant
