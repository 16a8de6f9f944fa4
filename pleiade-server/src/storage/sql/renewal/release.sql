UPDATE sessions SET renewing_until = NULL WHERE hash = $1
