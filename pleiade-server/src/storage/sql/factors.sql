-- Second factors, recovery codes, and failures at them.

-- name: add_factor
INSERT INTO second_factors (link, kind, name, host, credential, sealed, last_step, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING id

-- name: factors
SELECT id, link, kind, name, host, credential, sealed, last_step, created_at, last_used_at
FROM second_factors
WHERE link = $1
ORDER BY id

-- name: factor_by_credential
SELECT id, link, kind, name, host, credential, sealed, last_step, created_at, last_used_at
FROM second_factors
WHERE credential = $1

-- name: use_factor
UPDATE second_factors
SET last_used_at = $2, last_step = COALESCE($3, last_step), sealed = COALESCE($4, sealed)
WHERE id = $1 AND (last_step IS NULL OR $3 IS NULL OR last_step < $3)

-- name: remove_factor
DELETE FROM second_factors WHERE link = $1 AND id = $2

-- name: clear_factors
DELETE FROM second_factors WHERE link = $1

-- name: add_recovery_code
INSERT INTO recovery_codes (link, hash) VALUES ($1, $2)

-- name: use_recovery_code
UPDATE recovery_codes SET used_at = $3
WHERE link = $1 AND hash = $2 AND used_at IS NULL

-- name: recovery_codes_left
SELECT COUNT(*) FROM recovery_codes WHERE link = $1 AND used_at IS NULL

-- name: clear_recovery_codes
DELETE FROM recovery_codes WHERE link = $1

-- name: begin_second_factor
INSERT INTO second_factor_failures (link, failures, last_at, not_before)
VALUES ($1, 1, $2, 0)
ON CONFLICT (link) DO UPDATE SET
    failures = CASE
        WHEN second_factor_failures.last_at < $2 - 3600000 THEN 1
        ELSE second_factor_failures.failures + 1
    END,
    last_at = $2,
    not_before = $2 + CASE
        WHEN second_factor_failures.last_at < $2 - 3600000 OR second_factor_failures.failures < 4 THEN 0
        WHEN second_factor_failures.failures = 4 THEN 10000
        WHEN second_factor_failures.failures = 5 THEN 20000
        WHEN second_factor_failures.failures = 6 THEN 40000
        WHEN second_factor_failures.failures = 7 THEN 80000
        WHEN second_factor_failures.failures = 8 THEN 160000
        WHEN second_factor_failures.failures = 9 THEN 320000
        ELSE 900000
    END
WHERE second_factor_failures.not_before <= $2

-- name: end_second_factor
DELETE FROM second_factor_failures WHERE link = $1
