INSERT INTO menus (identity, source, applications, fetched_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (identity, source) DO UPDATE
SET applications = excluded.applications, fetched_at = excluded.fetched_at
