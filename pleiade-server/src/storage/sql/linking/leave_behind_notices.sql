DELETE FROM notices WHERE link = $1
