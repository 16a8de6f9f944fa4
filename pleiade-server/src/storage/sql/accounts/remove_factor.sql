DELETE FROM second_factors WHERE link = $1 AND id = $2
