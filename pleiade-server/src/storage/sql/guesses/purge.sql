DELETE FROM guesses WHERE last_at < $1
