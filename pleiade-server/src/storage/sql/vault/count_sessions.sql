SELECT substr(tokens, 2, 4), COUNT(*) FROM sessions WHERE tokens IS NOT NULL GROUP BY substr(tokens, 2, 4)
