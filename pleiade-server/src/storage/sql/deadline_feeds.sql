-- Calendars of deadlines that people subscribe to.

-- name: deadline_feed
SELECT link, entries, created_at, updated_at, used_at FROM deadline_feeds WHERE link = $1

-- name: deadline_feed_by_hash
SELECT link, entries, created_at, updated_at, used_at FROM deadline_feeds WHERE hash = $1

-- name: put_deadline_feed
INSERT INTO deadline_feeds (link, hash, entries, created_at, updated_at)
VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (link) DO UPDATE
SET hash = excluded.hash, entries = excluded.entries, created_at = excluded.created_at,
    updated_at = excluded.updated_at, used_at = NULL

-- name: update_deadline_feed
UPDATE deadline_feeds SET entries = $2, updated_at = $3 WHERE link = $1

-- name: use_deadline_feed
UPDATE deadline_feeds SET used_at = $2 WHERE link = $1

-- name: delete_deadline_feed
DELETE FROM deadline_feeds WHERE link = $1
