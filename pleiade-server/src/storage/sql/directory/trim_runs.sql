DELETE FROM directory_runs WHERE source = $1 AND id NOT IN (
    SELECT id FROM directory_runs WHERE source = $1 ORDER BY id DESC LIMIT $2)
