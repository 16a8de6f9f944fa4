DELETE FROM directory_people WHERE link = $1
