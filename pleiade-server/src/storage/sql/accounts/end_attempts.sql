DELETE FROM second_factor_failures WHERE link = $1
