SELECT id, link, sealed
FROM second_factors
WHERE substr(sealed, 2, 4) = $1 AND id > $2
ORDER BY id LIMIT $3
