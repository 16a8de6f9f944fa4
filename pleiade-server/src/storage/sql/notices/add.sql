INSERT INTO notices (link, tenant, kind, facts, created_at) VALUES ($1, $2, $3, $4, $5)
