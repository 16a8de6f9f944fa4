INSERT INTO personal_boards (identity, tenant, board, version)
VALUES ($1, $2, $3, 1)
ON CONFLICT (identity, tenant) DO NOTHING
