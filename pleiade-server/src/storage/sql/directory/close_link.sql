UPDATE links SET disabled = TRUE, closed_by = $2 WHERE id = $1 AND disabled = FALSE RETURNING id
