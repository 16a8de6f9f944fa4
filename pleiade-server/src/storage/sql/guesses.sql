-- Wrong passwords that directories have seen.

-- name: count_guess
INSERT INTO guesses (source, person, known, failures, last_at)
VALUES ($1, $2, $3, 1, $4)
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

-- name: take_guess_back
UPDATE guesses
SET failures = failures - 1
WHERE source = $1 AND person = $2 AND known = $3 AND failures > 0

-- name: forget_guesses
DELETE FROM guesses WHERE source = $1 AND person = $2

-- name: remember_place
INSERT INTO known_places (source, person, place, last_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (source, person, place) DO UPDATE SET last_at = $4

-- name: keep_last_places
DELETE FROM known_places
WHERE source = $1 AND person = $2 AND place NOT IN (
    SELECT place FROM known_places WHERE source = $1 AND person = $2 ORDER BY last_at DESC, place LIMIT $3
)

-- name: is_known_place
SELECT 1 FROM known_places WHERE source = $1 AND person = $2 AND place = $3

-- name: purge_guesses
DELETE FROM guesses WHERE last_at < $1

-- name: purge_places
DELETE FROM known_places WHERE last_at < $1
