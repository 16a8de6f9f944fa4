INSERT INTO directory_sources (source, cursor, mapping, applied_at, read_at, full_at) VALUES ($1, $2, $3, $4, $4, $5)
ON CONFLICT (source) DO UPDATE
SET cursor = excluded.cursor, mapping = excluded.mapping, applied_at = excluded.applied_at, read_at = excluded.read_at,
    full_at = COALESCE(excluded.full_at, directory_sources.full_at)
