DELETE FROM sessions
WHERE hash = $1 AND tokens IS NOT DISTINCT FROM $2 AND (renewing_until IS NULL OR renewing_until <= $3)
RETURNING hash
