SELECT substr(sealed, 2, 4), COUNT(*) FROM accesses GROUP BY substr(sealed, 2, 4)
