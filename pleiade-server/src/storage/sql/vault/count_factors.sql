SELECT substr(sealed, 2, 4), COUNT(*) FROM second_factors GROUP BY substr(sealed, 2, 4)
