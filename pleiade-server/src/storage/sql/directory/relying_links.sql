SELECT r.id FROM links AS r
JOIN links AS d ON d.id = $1
WHERE r.directory = d.id OR (r.identity = d.identity AND r.disabled = TRUE AND r.closed_by = d.source AND r.id <> d.id)
