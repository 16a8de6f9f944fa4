UPDATE sessions SET tokens = $2, renewing_until = NULL WHERE hash = $1
