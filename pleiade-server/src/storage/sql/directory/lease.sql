INSERT INTO directory_sources (source, holder, held_until) VALUES ($1, $2, $4)
ON CONFLICT (source) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
WHERE directory_sources.held_until <= $3 OR directory_sources.holder = $2
