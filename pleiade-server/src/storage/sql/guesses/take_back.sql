UPDATE guesses SET failures = failures - 1 WHERE source = $1 AND person = $2 AND known = $3 AND failures > 0
