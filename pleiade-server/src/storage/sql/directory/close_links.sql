UPDATE links SET disabled = TRUE, closed_by = $3 WHERE identity = $1 AND source = $2 AND disabled = FALSE
