UPDATE links SET disabled = FALSE, closed_by = NULL WHERE identity = $1 AND closed_by = $2
