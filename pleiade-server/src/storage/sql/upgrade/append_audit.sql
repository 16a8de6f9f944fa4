INSERT INTO audit (at, tenant, event, actor, about, source, facts) VALUES ($1, $2, $3, $4, $5, $6, $7)
