INSERT INTO affiliations (identity, source, tenant, kind, function, person_groups, roles)
VALUES ($1, $2, $3, $4, $5, $6, $7)
