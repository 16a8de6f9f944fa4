DELETE FROM guesses WHERE source = $1 AND person = $2
