UPDATE sessions SET tokens = $2 WHERE hash = $1
