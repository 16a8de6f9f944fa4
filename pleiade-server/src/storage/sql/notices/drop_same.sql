DELETE FROM notices
WHERE link = $1 AND kind = $3 AND facts = $4 AND (tenant = $2 OR (tenant IS NULL AND CAST($2 AS TEXT) IS NULL))
