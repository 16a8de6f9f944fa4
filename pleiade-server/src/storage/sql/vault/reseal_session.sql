UPDATE sessions SET tokens = $3 WHERE hash = $1 AND tokens = $2
