-- What people are told once.

-- name: add_notice
INSERT INTO notices (link, tenant, kind, facts, created_at)
VALUES ($1, $2, $3, $4, $5)

-- name: drop_same_notice
DELETE FROM notices
WHERE link = $1 AND kind = $3 AND facts = $4
  AND (tenant = $2 OR (tenant IS NULL AND CAST($2 AS TEXT) IS NULL))

-- name: notices_of_links
SELECT id, link, tenant, kind, facts, created_at FROM notices
WHERE link IN ($1, $2)
ORDER BY id DESC
LIMIT 20

-- name: put_notice_away
DELETE FROM notices WHERE id = $1 AND link IN ($2, $3)
