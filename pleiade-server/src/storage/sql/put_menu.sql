INSERT INTO menus (link, applications, fetched_at)
VALUES ($1, $2, $3)
ON CONFLICT (link) DO UPDATE
SET applications = excluded.applications, fetched_at = excluded.fetched_at
