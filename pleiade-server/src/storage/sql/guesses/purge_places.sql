DELETE FROM known_places WHERE last_at < $1
