INSERT INTO second_factors (identity, source, kind, name, host, credential, sealed, last_step, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING id
