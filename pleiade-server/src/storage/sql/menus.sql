-- The last menu that a portal granted.

-- name: menu
SELECT applications, fetched_at FROM menus WHERE link = $1

-- name: put_menu
INSERT INTO menus (link, applications, fetched_at)
VALUES ($1, $2, $3)
ON CONFLICT (link) DO UPDATE
SET applications = excluded.applications, fetched_at = excluded.fetched_at
