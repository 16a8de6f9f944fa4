-- Calendars of deadlines that people subscribe to.

-- name: deadline_feed
SELECT link, hash, site, source_print, entries, created_at, updated_at, used_at FROM deadline_feeds WHERE link = $1

-- name: deadline_feed_by_hash
SELECT link, hash, site, source_print, entries, created_at, updated_at, used_at FROM deadline_feeds WHERE hash = $1

-- name: put_deadline_feed
INSERT INTO deadline_feeds (link, hash, site, source_print, entries, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (link) DO UPDATE
SET hash = excluded.hash, site = excluded.site, source_print = excluded.source_print, entries = excluded.entries, created_at = excluded.created_at,
    updated_at = excluded.updated_at, used_at = NULL

-- name: update_deadline_feed
UPDATE deadline_feeds SET entries = $3, updated_at = $4 WHERE link = $1 AND hash = $2

-- name: use_deadline_feed
UPDATE deadline_feeds SET used_at = $3 WHERE link = $1 AND hash = $2

-- name: delete_deadline_feed
DELETE FROM deadline_feeds WHERE link = $1
