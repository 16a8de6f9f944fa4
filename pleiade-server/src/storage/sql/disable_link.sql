UPDATE links SET disabled = $2, closed_by = NULL WHERE id = $1
