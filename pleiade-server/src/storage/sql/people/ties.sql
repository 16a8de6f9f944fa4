SELECT a.link, l.source, l.disabled, a.tenant, a.kind, a.function, a.person_groups, a.roles, a.department, a.telephone
FROM affiliations AS a
JOIN links AS l ON l.id = a.link
WHERE a.tenant = $1
ORDER BY a.link
