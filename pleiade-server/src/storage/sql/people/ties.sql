SELECT identity, source, tenant, kind, function, person_groups, roles, department, telephone
FROM affiliations
WHERE tenant = $1
ORDER BY identity, source
