SELECT a.tenant, COUNT(*)
FROM directory_people AS d JOIN affiliations AS a ON a.link = d.link
WHERE d.source = $1 AND d.active = TRUE
GROUP BY a.tenant
