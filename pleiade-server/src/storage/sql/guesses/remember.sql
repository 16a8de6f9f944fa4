INSERT INTO known_places (source, person, place, last_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (source, person, place) DO UPDATE SET last_at = $4
