INSERT INTO directory_runs (source, started_at, ended_at, outcome, report) VALUES ($1, $2, $3, $4, $5)
RETURNING id
