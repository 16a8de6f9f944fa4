INSERT INTO upgrade_names (identity, source, issuer, subject) VALUES ($1, $2, $3, $4)
