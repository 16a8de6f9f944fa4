INSERT INTO upgrade_conflicts (identity, source) VALUES ($1, $2)
