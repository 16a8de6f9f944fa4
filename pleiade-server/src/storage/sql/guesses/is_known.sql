SELECT 1 FROM known_places WHERE source = $1 AND person = $2 AND place = $3
