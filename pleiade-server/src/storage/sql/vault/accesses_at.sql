SELECT a.tenant, a.link, a.connector, a.sealed, a.how, a.created_at, a.last_used_at, a.expires_at, a.refused_at
FROM accesses AS a
JOIN links AS l ON l.id = a.link
WHERE l.identity = $1 AND a.tenant = $2
ORDER BY a.link, a.connector
