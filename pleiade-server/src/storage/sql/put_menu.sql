INSERT INTO menus (identity, applications, fetched_at)
VALUES ($1, $2, $3)
ON CONFLICT (identity) DO UPDATE
SET applications = excluded.applications, fetched_at = excluded.fetched_at
