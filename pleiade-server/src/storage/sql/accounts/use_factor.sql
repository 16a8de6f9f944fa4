UPDATE second_factors
SET last_used_at = $2, last_step = COALESCE($3, last_step), sealed = COALESCE($4, sealed)
WHERE id = $1 AND (last_step IS NULL OR $3 IS NULL OR last_step < $3)
