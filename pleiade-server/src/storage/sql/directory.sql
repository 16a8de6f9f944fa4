-- People as directories describe them, and departures.

-- name: known_people
SELECT d.issuer, d.subject, d.link, l.identity, d.fingerprint, d.active, d.gone_at
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1
ORDER BY d.issuer, d.subject

-- name: known_person
SELECT d.issuer, d.subject, d.link, l.identity, d.fingerprint, d.active, d.gone_at
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1 AND d.issuer = $2 AND d.subject = $3

-- name: known_tenants
SELECT d.issuer, d.subject, a.tenant
FROM directory_people AS d JOIN affiliations AS a ON a.link = d.link
WHERE d.source = $1 AND (CAST($2 AS TEXT) IS NULL OR (d.issuer = $2 AND d.subject = $3))

-- name: active_people
SELECT a.tenant, COUNT(*)
FROM directory_people AS d JOIN affiliations AS a ON a.link = d.link
WHERE d.source = $1 AND d.active = TRUE
GROUP BY a.tenant

-- name: put_person
INSERT INTO directory_people (source, issuer, subject, link, precedence, display_name, given_name,
    family_name, login, mail, function, department, telephone, person_groups, search, active, fingerprint,
    changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, TRUE, $16, $17)
ON CONFLICT (source, issuer, subject) DO UPDATE
SET precedence = excluded.precedence, display_name = excluded.display_name,
    given_name = excluded.given_name, family_name = excluded.family_name, login = excluded.login,
    mail = excluded.mail, function = excluded.function, department = excluded.department,
    telephone = excluded.telephone, person_groups = excluded.person_groups, search = excluded.search,
    active = TRUE, fingerprint = excluded.fingerprint, changed_at = excluded.changed_at,
    left_at = NULL, gone_at = NULL, closed_at = NULL

-- name: open_links
UPDATE links SET disabled = FALSE, closed_by = NULL
WHERE id IN (
    SELECT MAX(c.id) FROM links AS c
    WHERE c.disabled = TRUE AND c.closed_by = $2 AND (c.id = $1 OR c.directory = $1 OR (
        c.directory IS NULL AND c.identity = (SELECT d.identity FROM links AS d WHERE d.id = $1)))
      AND NOT EXISTS (
        SELECT 1 FROM links AS o WHERE o.identity = c.identity AND o.source = c.source AND o.disabled = FALSE)
    GROUP BY c.identity, c.source)

-- name: open_relying_links
SELECT id FROM links WHERE directory = $1 AND disabled = FALSE

-- name: relying_links
SELECT r.id FROM links AS r
JOIN links AS d ON d.id = $1
WHERE r.directory = d.id
  OR (r.identity = d.identity AND r.disabled = TRUE AND r.closed_by = d.source AND r.id <> d.id)

-- name: leave
UPDATE directory_people
SET active = FALSE, changed_at = $4, left_at = COALESCE(left_at, $4),
    closed_at = CASE WHEN active THEN NULL ELSE closed_at END,
    gone_at = CASE WHEN CAST($5 AS BIGINT) IS NULL THEN NULL ELSE COALESCE(gone_at, $5) END
WHERE source = $1 AND issuer = $2 AND subject = $3
RETURNING link

-- name: close_link
UPDATE links
SET disabled = TRUE, closed_by = $2
WHERE id = $1 AND disabled = FALSE
RETURNING id

-- name: close_relying_links
UPDATE links SET disabled = TRUE, closed_by = $2
WHERE disabled = FALSE AND source = $3 AND (directory = $1 OR (
    -- Not asked since directories are noted: closed with the person, unless another account of theirs there is open.
    directory IS NULL AND identity = (SELECT d.identity FROM links AS d WHERE d.id = $1)
    AND NOT EXISTS (
        SELECT 1 FROM links AS o WHERE o.identity = links.identity AND o.source = $2 AND o.disabled = FALSE)))
RETURNING id

-- name: unclosed_departures
SELECT issuer, subject, link
FROM directory_people
WHERE source = $1 AND active = FALSE AND closed_at IS NULL

-- name: departure_closed
UPDATE directory_people
SET closed_at = $4
WHERE source = $1 AND issuer = $2 AND subject = $3 AND active = FALSE

-- name: expired_departures
SELECT d.link, l.identity, (l.disabled = TRUE AND l.closed_by IS NULL) AS closed_by_somebody
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1 AND d.active = FALSE AND d.gone_at < $2

-- name: forget_told
DELETE FROM directory_people WHERE link = $1

-- name: forget_names
UPDATE links SET display_name = NULL, given_name = NULL, family_name = NULL, mail = NULL, login = NULL
WHERE id = $1 OR (directory = $1 AND disabled = TRUE)

-- name: forget_affiliations
DELETE FROM affiliations
WHERE link IN (SELECT id FROM links WHERE id = $1 OR (directory = $1 AND disabled = TRUE))

-- name: forget_links
DELETE FROM links
WHERE id = $1 OR (closed_by = $2 AND disabled = TRUE AND (directory = $1 OR (
    directory IS NULL AND identity = (SELECT d.identity FROM links AS d WHERE d.id = $1))))
RETURNING id

-- name: forget_identity
-- A link that somebody closed keeps its person: its subject would come back as a new one.
DELETE FROM identities WHERE id = $1
  AND NOT EXISTS (SELECT 1 FROM links WHERE links.identity = $1)
