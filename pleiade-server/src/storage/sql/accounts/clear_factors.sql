DELETE FROM second_factors WHERE link = $1
