-- Links seen as a whole.

-- name: links_of_person
SELECT l.id, l.source, l.issuer, l.subject, l.identity, l.owner, l.disabled, l.closed_by, l.relies_on,
    l.directory, l.rule, l.created_at,
    NOT EXISTS (
        SELECT 1 FROM links AS o
        WHERE o.identity = l.identity AND o.id <> l.id AND o.disabled = FALSE) AS alone
FROM links AS l
WHERE l.identity = $1
ORDER BY l.created_at, l.id

-- name: add_link
INSERT INTO links (source, issuer, subject, identity, owner, relies_on, rule, created_at, directory)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING id

-- name: open_link_of_source
SELECT id FROM links WHERE identity = $1 AND source = $2 AND disabled = FALSE

-- name: delete_link
DELETE FROM links WHERE id = $1

-- name: move_link
UPDATE links SET identity = $2, relies_on = $3, rule = $4, created_at = $5, directory = $6
WHERE id = $1 AND identity = $7 AND disabled = FALSE

-- name: rely_on
UPDATE links SET directory = $2 WHERE id = $1

-- name: bearers
SELECT DISTINCT identity
FROM links
WHERE mail = $1 AND owner = $2 AND disabled = FALSE
ORDER BY identity LIMIT 3

-- name: directory_logins
SELECT issuer, subject, active FROM directory_people
WHERE source = $1 AND lower(login) = lower($2) AND gone_at IS NULL
ORDER BY issuer, subject LIMIT 3

-- name: leave_behind_delegations
UPDATE delegations SET ended_at = $2, end_cause = 'departure'
WHERE (giver_link = $1 OR receiver_link = $1) AND ended_at IS NULL

-- name: leave_behind_pending
DELETE FROM pending_accesses WHERE link = $1

-- name: leave_behind_linked_accounts
DELETE FROM accesses WHERE link = $1

-- name: leave_behind_sessions
DELETE FROM sessions WHERE link = $1

-- name: leave_behind_menu
DELETE FROM menus WHERE link = $1

-- name: leave_behind_notices
DELETE FROM notices WHERE link = $1

-- name: leave_behind_snoozed_tasks
DELETE FROM snoozed_tasks WHERE link = $1

-- name: leave_behind_launcher_choices
DELETE FROM launcher_choices WHERE link = $1

-- name: leave_behind_deadline_feed
DELETE FROM deadline_feeds WHERE link = $1

-- name: leave_behind_last_acting
DELETE FROM last_acting WHERE link = $1
