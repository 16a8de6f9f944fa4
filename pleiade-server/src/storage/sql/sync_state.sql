-- Where the passes of a directory stand, and its runs.

-- name: directory_state
SELECT cursor, mapping, applied_at, read_at, full_at
FROM directory_sources
WHERE source = $1

-- name: keep_progress
INSERT INTO directory_sources (source, cursor, mapping, applied_at, read_at, full_at)
VALUES ($1, $2, $3, $4, $4, $5)
ON CONFLICT (source) DO UPDATE
SET cursor = excluded.cursor, mapping = excluded.mapping, applied_at = excluded.applied_at,
    read_at = excluded.read_at, full_at = COALESCE(excluded.full_at, directory_sources.full_at)

-- name: lease_directory
INSERT INTO directory_sources (source, holder, held_until)
VALUES ($1, $2, $4)
ON CONFLICT (source) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
WHERE directory_sources.held_until <= $3 OR directory_sources.holder = $2

-- name: release_directory
UPDATE directory_sources
SET held_until = 0, holder = NULL, read_at = $3
WHERE source = $1 AND holder = $2

-- name: append_run
INSERT INTO directory_runs (source, started_at, ended_at, outcome, report)
VALUES ($1, $2, $3, $4, $5)
RETURNING id

-- name: trim_runs
DELETE FROM directory_runs
WHERE source = $1 AND id NOT IN (
    SELECT id FROM directory_runs WHERE source = $1 ORDER BY id DESC LIMIT $2)

-- name: runs
SELECT id, source, started_at, ended_at, outcome, report
FROM directory_runs
WHERE source = $1
ORDER BY id DESC LIMIT $2
