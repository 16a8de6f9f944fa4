SELECT i.id, i.display_name, i.given_name, i.family_name, i.mail, i.login,
       MIN(a.kind) AS kind, MAX(a.function) AS function
FROM affiliations a JOIN identities i ON i.id = a.identity
WHERE a.tenant = $1
  AND ($2 = 0 OR NOT EXISTS (SELECT 1 FROM directory_people d WHERE d.identity = i.id))
GROUP BY i.id, i.display_name, i.given_name, i.family_name, i.mail, i.login
ORDER BY i.display_name, i.id
LIMIT $3
