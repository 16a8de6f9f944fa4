-- The legal deadlines of collectivités.

-- name: legal_facts
SELECT facts FROM legal_facts WHERE tenant = $1

-- name: set_legal_facts
INSERT INTO legal_facts (tenant, facts) VALUES ($1, $2)
ON CONFLICT (tenant) DO UPDATE SET facts = excluded.facts

-- name: legal_dates
SELECT kind, day, is_ready FROM legal_dates
WHERE tenant = $1
ORDER BY day, kind

-- name: put_legal_date
INSERT INTO legal_dates (tenant, kind, day, is_ready)
SELECT $1, $2, $3, $4
WHERE (SELECT COUNT(*) FROM legal_dates WHERE tenant = $1 AND NOT (kind = $2 AND day = $3)) < $5
ON CONFLICT (tenant, kind, day) DO UPDATE SET is_ready = legal_dates.is_ready OR excluded.is_ready

-- name: drop_legal_date
DELETE FROM legal_dates WHERE tenant = $1 AND kind = $2 AND day = $3

-- name: legal_dismissals
SELECT rule, day, line, reason, person, dismissed_at FROM legal_dismissals
WHERE tenant = $1
ORDER BY dismissed_at DESC, rule, day

-- name: dismiss_deadline
INSERT INTO legal_dismissals (tenant, rule, day, line, reason, person, dismissed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant, rule, day) DO NOTHING

-- name: restore_deadline
DELETE FROM legal_dismissals WHERE tenant = $1 AND rule = $2 AND day = $3

-- name: drop_past_dismissals
DELETE FROM legal_dismissals
WHERE tenant = $1 AND (rule, day) NOT IN (
    SELECT rule, day FROM legal_dismissals
    WHERE tenant = $1
    ORDER BY dismissed_at DESC, rule, day
    LIMIT $2
)
