DELETE FROM second_factor_failures WHERE identity = $1
