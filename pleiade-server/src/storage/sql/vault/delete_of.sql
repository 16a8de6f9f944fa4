DELETE FROM accesses
WHERE link = $1 AND (CAST($2 AS TEXT) IS NULL OR tenant = $2)
RETURNING tenant, link, connector
