DELETE FROM accesses WHERE link = $1
