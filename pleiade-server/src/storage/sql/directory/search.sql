SELECT d.source, d.issuer, d.subject, d.identity, d.display_name, d.given_name, d.family_name, d.login, d.mail, d.function,
       d.department, d.telephone, d.person_groups, d.active, d.changed_at, d.left_at, d.gone_at, a.kind
FROM affiliations a JOIN directory_people d ON d.identity = a.identity AND d.source = a.source
WHERE a.tenant = $1 AND d.active = TRUE
  AND d.search LIKE $2 AND d.search LIKE $3 AND d.search LIKE $4 AND d.search LIKE $5
  AND NOT EXISTS (
    SELECT 1 FROM directory_people b JOIN affiliations t ON t.identity = b.identity AND t.source = b.source AND t.tenant = $1
    WHERE b.identity = d.identity AND b.active = TRUE
      AND (b.precedence < d.precedence OR (b.precedence = d.precedence AND (b.source, b.issuer, b.subject) < (d.source, d.issuer, d.subject))))
ORDER BY d.display_name, d.identity
LIMIT $6
