SELECT d.issuer, d.subject, d.link, l.identity, d.fingerprint, d.active, d.gone_at
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.source = $1 AND d.issuer = $2 AND d.subject = $3
