DELETE FROM known_places WHERE source = $1 AND person = $2 AND place NOT IN (
    SELECT place FROM known_places WHERE source = $1 AND person = $2 ORDER BY last_at DESC, place LIMIT $3
)
