UPDATE sessions SET renewing_until = $2 WHERE hash = $1 AND (renewing_until IS NULL OR renewing_until <= $3)
