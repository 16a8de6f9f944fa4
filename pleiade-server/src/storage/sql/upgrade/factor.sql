SELECT identity FROM upgrade_factors WHERE factor = $1
