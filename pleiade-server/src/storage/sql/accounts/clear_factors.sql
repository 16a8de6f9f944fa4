DELETE FROM second_factors WHERE identity = $1 AND source = $2
