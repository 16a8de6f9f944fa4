SELECT id, source, started_at, ended_at, outcome, report FROM directory_runs WHERE id = $1
