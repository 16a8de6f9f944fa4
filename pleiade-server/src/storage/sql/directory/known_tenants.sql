SELECT d.issuer, d.subject, a.tenant
FROM directory_people AS d JOIN affiliations AS a ON a.link = d.link
WHERE d.source = $1 AND (CAST($2 AS TEXT) IS NULL OR (d.issuer = $2 AND d.subject = $3))
