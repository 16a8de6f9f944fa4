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
