INSERT INTO second_factors (link, kind, name, host, credential, sealed, last_step, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING id
