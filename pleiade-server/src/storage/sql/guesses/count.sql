INSERT INTO guesses (source, person, known, failures, last_at) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (source, person, known) DO UPDATE SET
    failures = CASE
        WHEN guesses.last_at BETWEEN $4 - $5 + 1 AND $4 + $5 THEN guesses.failures + 1
        ELSE 1
    END,
    last_at = CASE
        WHEN guesses.last_at BETWEEN $4 AND $4 + $5 THEN guesses.last_at
        ELSE $4
    END
WHERE guesses.failures < $6 OR NOT guesses.last_at BETWEEN $4 - $5 + 1 AND $4 + $5
