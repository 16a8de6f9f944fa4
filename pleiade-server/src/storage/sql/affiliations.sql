SELECT source, tenant, kind, function, person_groups, roles, department, telephone
FROM affiliations
WHERE identity = $1
ORDER BY tenant, source
