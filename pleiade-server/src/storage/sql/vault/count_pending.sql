SELECT substr(sealed, 2, 4), COUNT(*) FROM pending_accesses GROUP BY substr(sealed, 2, 4)
