SELECT a.tenant, COUNT(*)
FROM directory_people d JOIN affiliations a ON a.identity = d.identity AND a.source = d.source
WHERE d.source = $1 AND d.active = TRUE
GROUP BY a.tenant
