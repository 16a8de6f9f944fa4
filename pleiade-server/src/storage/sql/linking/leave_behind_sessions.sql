DELETE FROM sessions WHERE link = $1
