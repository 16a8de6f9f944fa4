SELECT id, source, started_at, ended_at, outcome, report FROM directory_runs WHERE source = $1 ORDER BY id DESC LIMIT $2
