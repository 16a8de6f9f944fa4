DELETE FROM sessions WHERE source = $1 AND source_print IS NOT DISTINCT FROM $2 RETURNING hash
