INSERT INTO affiliations (link, tenant, kind, function, person_groups, roles, department, telephone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
