-- What people put off in the queue of what waits for them.

-- name: snoozed_tasks
SELECT tenant, connector, task, until_day FROM snoozed_tasks
WHERE link = $1 AND until_day > $2
ORDER BY until_day, tenant, connector, task

-- name: snooze_task
INSERT INTO snoozed_tasks (link, tenant, connector, task, until_day)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (link, tenant, connector, task) DO UPDATE
SET until_day = excluded.until_day

-- name: wake_task
DELETE FROM snoozed_tasks
WHERE link = $1 AND tenant = $2 AND connector = $3 AND task = $4

-- name: drop_past_snoozes
DELETE FROM snoozed_tasks WHERE link = $1 AND until_day <= $2

-- name: drop_extra_snoozes
DELETE FROM snoozed_tasks
WHERE link = $1 AND (tenant, connector, task) NOT IN (
    SELECT tenant, connector, task FROM snoozed_tasks
    WHERE link = $1
    ORDER BY until_day DESC, tenant, connector, task
    LIMIT $2
)
