-- The audit log.

-- name: append_audit
-- People are called as by names_at of identities.sql, the named link first.
INSERT INTO audit (at, tenant, event, actor, about, source, facts, actor_link, about_link, actor_name,
    about_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (
    SELECT l.display_name FROM links AS l
    LEFT JOIN directory_people AS d ON d.link = l.id AND d.active = TRUE
    WHERE l.identity = $4 AND l.display_name IS NOT NULL
      AND (l.owner = $2 OR EXISTS (SELECT 1 FROM affiliations AS a WHERE a.link = l.id AND a.tenant = $2))
    ORDER BY CASE WHEN l.id = $8 THEN 0 ELSE 1 END, l.disabled, COALESCE(d.precedence, 9), l.id
    LIMIT 1
), (
    SELECT l.display_name FROM links AS l
    LEFT JOIN directory_people AS d ON d.link = l.id AND d.active = TRUE
    WHERE l.identity = $5 AND l.display_name IS NOT NULL
      AND (l.owner = $2 OR EXISTS (SELECT 1 FROM affiliations AS a WHERE a.link = l.id AND a.tenant = $2))
    ORDER BY CASE WHEN l.id = $9 THEN 0 ELSE 1 END, l.disabled, COALESCE(d.precedence, 9), l.id
    LIMIT 1
))

-- name: audit_lines
SELECT id, at, tenant, event, actor, about, source, facts, actor_link, about_link, actor_name, about_name
FROM audit
WHERE (CAST($1 AS TEXT) IS NULL OR tenant = $1 OR ($5 = 1 AND tenant IS NULL))
  AND (CAST($2 AS BIGINT) IS NULL OR actor = $2 OR about = $2)
  AND (CAST($3 AS BIGINT) IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4

-- name: purge_audit
DELETE FROM audit WHERE at < $1
