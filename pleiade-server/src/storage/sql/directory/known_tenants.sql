SELECT d.issuer, d.subject, a.tenant
FROM directory_people d JOIN affiliations a ON a.identity = d.identity AND a.source = d.source
WHERE d.source = $1 AND (CAST($2 AS TEXT) IS NULL OR (d.issuer = $2 AND d.subject = $3))
