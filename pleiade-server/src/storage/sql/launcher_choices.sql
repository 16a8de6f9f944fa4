-- How people arrange their launcher.

-- name: launcher_choices
SELECT choices FROM launcher_choices WHERE link = $1 AND tenant = $2

-- name: put_launcher_choices
INSERT INTO launcher_choices (link, tenant, choices)
VALUES ($1, $2, $3)
ON CONFLICT (link, tenant) DO UPDATE
SET choices = excluded.choices
